// One stream: its events, what is known of it, and what can be done with it.
import type { InspectedStream } from '../../inspector-model/index.ts'
import { makeButton } from '../dom/button.ts'
import { make, setAttribute, setText } from '../dom/make.ts'
import { showCount } from '../value/amount.ts'
import { copyText } from '../dom/copy.ts'
import { Tabs } from '../dom/tabs.ts'
import { toCurl } from './curl.ts'
import { EventsPanel } from './events-panel.ts'
import { saveAs, toLines } from './export.ts'
import { stateOf, titleOf, toneOf } from './stream-words.ts'
import { SummaryPanel } from './summary-panel.ts'

/** What the detail tells, and asks. */
export interface DetailListener {
  readonly onClose: () => void
  readonly onReplay: (stream: InspectedStream) => void
  readonly say: (text: string) => void
}

/** Shows one stream. */
export class Detail {
  readonly element: HTMLElement
  readonly #listener: DetailListener
  readonly #title: HTMLElement = make('h2', { class: 'title' })
  readonly #state: HTMLElement = make('span', { class: 'badge' })
  readonly #error: HTMLElement = make('p', { class: 'error', hidden: true })
  readonly #events: EventsPanel
  readonly #summary: SummaryPanel = new SummaryPanel()
  readonly #tabs: Tabs
  readonly #replay: HTMLButtonElement
  readonly #curl: HTMLButtonElement
  readonly #close: HTMLButtonElement
  #stream: InspectedStream | undefined

  constructor(listener: DetailListener) {
    this.#listener = listener
    this.#events = new EventsPanel(listener.say)
    const act = (action: (stream: InspectedStream) => void) => () => {
      if (this.#stream !== undefined) action(this.#stream)
    }
    this.#replay = makeButton({ label: 'Replay', icon: 'replay', isNamed: true, onClick: act(listener.onReplay) })
    this.#curl = makeButton({
      label: 'Copy as curl',
      icon: 'copy',
      isNamed: true,
      onClick: act((one) => void this.#copyCurl(one)),
    })
    const save = makeButton({
      label: 'Export',
      icon: 'download',
      isNamed: true,
      onClick: act((one) => this.#save(one)),
    })
    this.#close = makeButton({ label: 'Back to the list', icon: 'back', onClick: listener.onClose })
    const head = make('div', { class: 'detail-head' }, this.#close, this.#title, this.#state)
    const about = make('div', { class: 'panel scrolls', tabindex: '0' }, this.#summary.element)
    const events = make('div', { class: 'panel' }, this.#events.element)
    const tabs = [
      { name: 'events', label: 'Events', panel: events },
      { name: 'about', label: 'Details', panel: about },
    ] as const
    this.#tabs = new Tabs('About the stream', tabs, () => this.update(Date.now()))
    const actions = make('div', { class: 'actions' }, this.#replay, this.#curl, save)
    const bar = make('div', { class: 'detail-bar' }, this.#tabs.element, actions)
    this.element = make(
      'section',
      { class: 'detail', 'aria-label': 'Stream', hidden: true },
      head,
      this.#error,
      bar,
      events,
      about,
    )
  }

  /** The stream that is shown. */
  get stream(): InspectedStream | undefined {
    return this.#stream
  }

  /** Offers to replay a stream, or does not. */
  set canReplay(canReplay: boolean) {
    this.#replay.hidden = !canReplay
  }

  /** Shows a stream, or none. */
  show(stream: InspectedStream | undefined, now: number): void {
    if (stream === this.#stream) return
    this.#stream = stream
    this.element.hidden = stream === undefined
    if (stream === undefined) return
    this.#events.open(stream)
    this.update(now)
  }

  /** Shows what has changed. */
  update(now: number): void {
    const stream = this.#stream
    if (stream === undefined) return
    setText(this.#title, titleOf(stream))
    setAttribute(this.#title, 'title', titleOf(stream))
    setText(this.#state, stateOf(stream))
    setAttribute(this.element, 'data-tone', toneOf(stream))
    const error = stream.ended?.error
    this.#error.hidden = error === undefined
    setText(this.#error, error ?? '')
    this.#tabs.setLabel('events', `Events ${showCount(stream.eventCount)}`)
    if (this.#tabs.chosen === 'events') this.#events.update()
    else this.#summary.show(stream, now)
  }

  /** Moves the focus into it. */
  focus(): void {
    this.#close.focus()
  }

  /** Closes what is open in it; returns whether something was. */
  closeInner(): boolean {
    return this.#stream !== undefined && this.#events.closeEvent()
  }

  /** Ends what it has begun. */
  dispose(): void {
    this.#events.dispose()
  }

  async #copyCurl(stream: InspectedStream): Promise<void> {
    const isCopied = await copyText(toCurl(stream, document.baseURI), this.#curl)
    this.#listener.say(isCopied ? 'The command is copied' : 'The browser does not allow copying')
  }

  #save(stream: InspectedStream): void {
    saveAs('stream.ndjson', toLines([stream]))
    this.#listener.say(`${showCount(stream.events.length)} events are saved`)
  }
}
