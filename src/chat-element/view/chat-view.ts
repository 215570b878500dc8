// The whole view of a chat.
import type { ChatSnapshot } from '../../chat/index.ts'
import { makeButton } from '../dom/button.ts'
import { make, setText } from '../dom/make.ts'
import { prepareMarkdown } from '../part/rich-text.ts'
import type { Surroundings } from '../surroundings.ts'
import { Announcer } from './announcer.ts'
import { isAnswering } from './answering.ts'
import { joinBoxes } from './copying.ts'
import { Composer, noticeOf, type Draft } from './composer.ts'
import { takeDrops } from './file-drop.ts'
import { MessageList } from './message-list.ts'
import { textOf, toSpoken } from './message-text.ts'
import { ScrollKeeper } from './scroll-keeper.ts'
import { isComposing } from './send-key.ts'
import { Tail, verdictOf } from './tail.ts'

/** What the view tells the element. */
export interface ChatViewEvents {
  /** Returns whether the message is to be sent. */
  readonly onSend: (text: string, files: readonly File[]) => boolean
  /** Told of each state of the chat, once it is shown. */
  readonly onSnapshot: (snapshot: ChatSnapshot, before: ChatSnapshot | undefined) => void
}

/** Shows a chat, and asks it for what the person wants. */
export class ChatView {
  readonly element: HTMLElement
  readonly #surroundings: () => Surroundings
  readonly #events: ChatViewEvents
  readonly #heading = make('h2', { class: 'heading', part: 'heading', dir: 'auto' })
  readonly #empty: HTMLElement
  readonly #announcer = new Announcer()
  readonly #list: MessageList
  readonly #tail: Tail
  readonly #composer: Composer
  readonly #scroller: HTMLElement
  readonly #keeper: ScrollKeeper
  readonly #unsubscribe: () => void
  readonly #endJoining: () => void
  #snapshot: ChatSnapshot | undefined

  constructor(surroundings: () => Surroundings, events: ChatViewEvents) {
    prepareMarkdown()
    this.#surroundings = surroundings
    this.#events = events
    const { chat, labels } = surroundings()
    const say = (text: string): void => this.#announcer.say(text)
    this.#list = new MessageList(surroundings, { say, onSent: () => this.#noteSent() })
    this.#tail = new Tail(surroundings, () => this.#retry())
    this.#composer = new Composer(surroundings, {
      send: (text, files) => this.#send(text, files),
      stop: () => this.#stop(),
      say,
    })
    this.#empty = make('slot', { name: 'empty' }, make('p', { class: 'empty', part: 'empty' }, labels.empty))
    const column = make('div', { class: 'column' }, this.#empty, this.#list.element, this.#tail.element)
    this.#scroller = make('div', { class: 'messages', part: 'messages', role: 'log', tabindex: '0' }, column)
    // The list is silent: the whole answer is read out once it is there.
    this.#scroller.setAttribute('aria-live', 'off')
    this.#scroller.setAttribute('aria-label', labels.conversation)
    const jump = this.#makeJump()
    const foot = make('div', { class: 'foot' }, jump, this.#composer.element)
    this.element = make('section', { class: 'chat', part: 'chat' })
    this.element.append(this.#heading, this.#scroller, foot, this.#announcer.element)
    this.element.addEventListener('keydown', (event) => this.#noteKey(event))
    if (surroundings().attach !== undefined) takeDrops(this.element, (files) => this.#composer.attach(files))
    this.#keeper = new ScrollKeeper(this.#scroller, [column], (isAtEnd) => (jump.hidden = isAtEnd))
    this.#endJoining = joinBoxes(this.element)
    this.#unsubscribe = chat.subscribe(() => this.#update())
    this.#update()
  }

  setHeading(text: string): void {
    setText(this.#heading, text)
    this.#heading.hidden = text === ''
    this.element.setAttribute('aria-label', text === '' ? this.#surroundings().labels.conversation : text)
  }

  relabel(): void {
    this.#composer.relabel()
  }

  focus(): void {
    this.#composer.focus()
  }

  /** What is being written. */
  get draft(): Draft {
    return this.#composer.draft
  }

  /** Goes on with what was being written in another view. */
  restore(draft: Draft): void {
    this.#composer.restore(draft)
  }

  dispose(): void {
    this.#unsubscribe()
    this.#endJoining()
    this.#keeper.dispose()
    this.#list.dispose()
    this.element.remove()
  }

  #update(): void {
    const snapshot = this.#surroundings().chat.getSnapshot()
    const before = this.#snapshot
    if (snapshot === before) return
    this.#snapshot = snapshot
    this.#list.update(snapshot)
    this.#empty.hidden = !this.#list.isEmpty
    this.#tail.update(snapshot)
    this.#composer.update(snapshot)
    if (before !== undefined) this.#announce(snapshot, before)
    this.#events.onSnapshot(snapshot, before)
  }

  /** Says what a person sees who looks: that the connection was lost, and, once it is there, what was answered. */
  #announce(snapshot: ChatSnapshot, before: ChatSnapshot): void {
    const { labels } = this.#surroundings()
    const { status, messages } = snapshot
    if (isAnswering(before.status) && !isAnswering(status)) {
      const last = messages.at(-1)
      const answer = last?.role === 'assistant' ? `${labels.assistant}: ${toSpoken(textOf(last))}` : ''
      const verdict = verdictOf(snapshot, labels)?.text ?? ''
      this.#announcer.say([verdict, answer].filter((text) => text !== '').join(' '))
      return
    }
    if (status === before.status) return
    const notice = status === 'submitted' ? labels.waiting : noticeOf(snapshot, labels)
    if (notice !== '') this.#announcer.say(notice)
  }

  #send(text: string, files: readonly File[]): boolean {
    if (!this.#events.onSend(text, files)) return false
    const { chat, report } = this.#surroundings()
    if (files.length === 0) chat.send(text).catch(report)
    else chat.send({ text, files }).catch((error: unknown) => this.#putBack(error, text, files))
    this.#keeper.toEnd()
    return true
  }

  /** A file was gone before it could be read: what was to be sent is there again, unless something else is by now. */
  #putBack(error: unknown, text: string, files: readonly File[]): void {
    this.#surroundings().report(error)
    const { draft } = this.#composer
    const { labels } = this.#surroundings()
    if (!(error instanceof DOMException) || draft.text !== '' || draft.files.length > 0) return
    this.#composer.restore({ ...draft, text, files, selection: [text.length, text.length] })
    this.#announcer.say(labels.failed)
  }

  #stop(): void {
    const { chat, report } = this.#surroundings()
    chat.stop().catch(report)
  }

  #retry(): void {
    const { chat, report } = this.#surroundings()
    this.#noteSent()
    chat.retry().catch(report)
  }

  #noteSent(): void {
    this.#composer.focus()
    this.#keeper.toEnd()
  }

  /** Escape stops the answer, wherever the focus is; in an input method it is that one's. */
  #noteKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || isComposing(event) || event.defaultPrevented) return
    if (!isAnswering(this.#surroundings().chat.getSnapshot().status)) return
    event.preventDefault()
    this.#stop()
  }

  #makeJump(): HTMLButtonElement {
    const { labels } = this.#surroundings()
    const onClick = (): void => {
      this.#keeper.toEnd(true)
      this.#composer.focus()
    }
    const jump = makeButton({ label: labels.jump, icon: 'down', part: 'jump', className: 'jump', onClick })
    jump.hidden = true
    return jump
  }
}
