// Where messages are written.
import type { ChatSnapshot } from '../../chat/index.ts'
import { makeButton, setLabel } from '../dom/button.ts'
import { hasFocus, make, setText } from '../dom/make.ts'
import type { Surroundings } from '../surroundings.ts'
import { Attachments } from './attachments.ts'
import { isAnswering } from './answering.ts'
import { takePastes } from './file-drop.ts'
import { isSendKey } from './send-key.ts'

/** What the composer asks for. */
export interface ComposerEvents {
  /** Returns whether the message was taken. */
  readonly send: (text: string, files: readonly File[]) => boolean
  readonly stop: () => void
  /** Has a screen reader say something. */
  readonly say: (text: string) => void
}

/** What is being written, and where in it. */
export interface Draft {
  readonly text: string
  readonly files: readonly File[]
  readonly selection: readonly [start: number, end: number]
  readonly hasFocus: boolean
}

/** The field, files, Send and Stop, and a line that tells of the connection. */
export class Composer {
  readonly element: HTMLFormElement
  readonly #surroundings: () => Surroundings
  readonly #events: ComposerEvents
  readonly #field: HTMLTextAreaElement
  readonly #notice = make('p', { class: 'notice', part: 'notice' })
  readonly #send: HTMLButtonElement
  readonly #stop: HTMLButtonElement
  readonly #attachments: Attachments | undefined

  constructor(surroundings: () => Surroundings, events: ComposerEvents) {
    this.#surroundings = surroundings
    this.#events = events
    const { labels } = surroundings()
    this.#field = make('textarea', { class: 'field', part: 'input', rows: '1', dir: 'auto', enterkeyhint: 'send' })
    this.#send = makeButton({ label: labels.send, icon: 'send', part: 'send', className: 'round' })
    this.#send.type = 'submit'
    const stop = (): void => this.#stopAnswer()
    this.#stop = makeButton({ label: labels.stop, icon: 'stop', part: 'stop', className: 'round', onClick: stop })
    this.#stop.hidden = true
    this.#attachments = this.#makeAttachments()
    const bar = make('div', { class: 'bar' }, this.#notice, this.#stop, this.#send)
    this.element = make('form', { class: 'composer', part: 'composer' }, this.#field, bar)
    if (this.#attachments !== undefined) {
      this.element.prepend(this.#attachments.element)
      bar.prepend(this.#attachments.button)
    }
    this.#listen()
    this.relabel()
    this.#noteInput()
  }

  get draft(): Draft {
    const { value, selectionStart, selectionEnd } = this.#field
    const { files } = this
    return { text: value, files, selection: [selectionStart, selectionEnd], hasFocus: hasFocus(this.#field) }
  }

  /** The files that go with the message. */
  get files(): readonly File[] {
    return this.#attachments?.files ?? []
  }

  /** Attaches files, where that is allowed. */
  attach(files: readonly File[]): void {
    this.#attachments?.add(files)
    this.focus()
  }

  /** Goes on with what was being written elsewhere. */
  restore({ text, files, selection, hasFocus }: Draft): void {
    this.#attachments?.replace(files)
    this.#field.value = text
    this.#field.setSelectionRange(...selection)
    this.#noteInput()
    if (hasFocus) this.focus()
  }

  /** The words are others now. */
  relabel(): void {
    const { labels, placeholder } = this.#surroundings()
    this.#field.placeholder = placeholder
    this.#field.setAttribute('aria-label', placeholder)
    setLabel(this.#send, labels.send)
    setLabel(this.#stop, labels.stop)
  }

  update(snapshot: ChatSnapshot): void {
    const { labels } = this.#surroundings()
    const hadFocus = hasFocus(this.#stop)
    this.#stop.hidden = !isAnswering(snapshot.status)
    if (hadFocus && this.#stop.hidden) this.focus()
    setText(this.#notice, noticeOf(snapshot, labels))
    this.#notice.dataset['status'] = snapshot.status
  }

  focus(): void {
    this.#field.focus()
  }

  #listen(): void {
    this.element.addEventListener('submit', (event) => {
      event.preventDefault()
      this.#submit()
    })
    this.#field.addEventListener('keydown', (event) => {
      if (!isSendKey(event)) return
      event.preventDefault()
      this.#submit()
    })
    this.#field.addEventListener('input', () => this.#noteInput())
    if (this.#attachments !== undefined) takePastes(this.#field, (files) => this.attach(files))
    // The space around the field belongs to it.
    this.element.addEventListener('click', ({ target }) => {
      if (target instanceof Element && target.closest('button') === null) this.focus()
    })
  }

  #makeAttachments(): Attachments | undefined {
    const { attach } = this.#surroundings()
    if (attach === undefined) return undefined
    const { say } = this.#events
    return new Attachments(this.#surroundings, attach, {
      onChange: () => this.#noteInput(),
      onLeave: () => this.focus(),
      say,
    })
  }

  #submit(): void {
    const text = this.#field.value.trim()
    const { files } = this
    if ((text === '' && files.length === 0) || !this.#events.send(text, files)) return
    this.#field.value = ''
    this.#attachments?.replace([])
    this.#noteInput()
    this.focus()
  }

  #stopAnswer(): void {
    this.#events.stop()
    this.focus()
  }

  #noteInput(): void {
    const { value } = this.#field
    this.#send.disabled = value.trim() === '' && this.files.length === 0
    // Elsewhere the style sheet sizes the field to what is in it.
    if (!CSS.supports('field-sizing', 'content')) this.#field.rows = Math.min(8, value.split('\n').length)
  }
}

/** What is said of the connection; nothing where all is well. */
export function noticeOf({ status, queued }: ChatSnapshot, labels: Surroundings['labels']): string {
  if (status === 'offline') return labels.offline
  if (status === 'reconnecting') return labels.reconnecting
  return queued === 0 ? '' : labels.queuedCount(queued)
}
