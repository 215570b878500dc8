// Files that are attached to the message that is being written.
import { makeButton } from '../dom/button.ts'
import { makeIcon } from '../dom/icon.ts'
import { make, setText } from '../dom/make.ts'
import type { AttachmentRules, Surroundings } from '../surroundings.ts'
import { refusalOf, toSize } from './attachment-rules.ts'

/** What attachments tell the composer. */
export interface AttachmentEvents {
  /** The files are others now. */
  readonly onChange: () => void
  /** The person has removed a file by the last of its buttons: the focus goes where messages are written. */
  readonly onLeave: () => void
  readonly say: (text: string) => void
}

/** The files, a button that adds some, and what is said of those that cannot be sent. */
export class Attachments {
  /** The list of files, and the line below it. */
  readonly element: HTMLElement = make('div', { class: 'attachments' })
  readonly button: HTMLButtonElement
  readonly #surroundings: () => Surroundings
  readonly #rules: AttachmentRules
  readonly #events: AttachmentEvents
  readonly #input: HTMLInputElement
  readonly #list: HTMLElement
  readonly #refusal = make('p', { class: 'refusal', part: 'refusal', dir: 'auto', hidden: true })
  #files: readonly File[] = []
  /** The files that are looked at, one after the other, so that they stay in their order. */
  #adding: Promise<void> = Promise.resolve()

  constructor(surroundings: () => Surroundings, rules: AttachmentRules, events: AttachmentEvents) {
    this.#surroundings = surroundings
    this.#rules = rules
    this.#events = events
    const { labels } = surroundings()
    this.#list = make('ul', { class: 'attached', part: 'attached', 'aria-label': labels.attached, hidden: true })
    this.#input = make('input', { type: 'file', multiple: true, accept: rules.accept, hidden: true })
    this.#input.addEventListener('change', () => {
      this.add([...(this.#input.files ?? [])])
      // The same file can be chosen again.
      this.#input.value = ''
    })
    const onClick = (): void => this.#input.click()
    this.button = makeButton({ label: labels.attach, icon: 'attach', part: 'attach', className: 'quiet', onClick })
    this.element.append(this.#list, this.#refusal, this.#input)
  }

  get files(): readonly File[] {
    return this.#files
  }

  /** Adds files, each if it can be sent; what cannot be is said. */
  add(files: readonly File[]): void {
    this.#refuse([])
    const { report } = this.#surroundings()
    this.#adding = this.#adding.then(() => this.#look(files)).catch(report)
  }

  /** Shows other files, which were attached before. */
  replace(files: readonly File[]): void {
    this.#refuse([])
    this.#show(files)
  }

  async #look(files: readonly File[]): Promise<void> {
    const refusals = new Set<string>()
    for (const file of files) {
      const { labels, locale } = this.#surroundings()
      const refusal = await refusalOf(file, this.#files.length, this.#rules, labels, locale)
      if (refusal === undefined) this.#show([...this.#files, file])
      else refusals.add(refusal)
    }
    if (refusals.size > 0) this.#refuse([...refusals])
    else this.#events.say(`${this.#surroundings().labels.attached}: ${this.#files.map(({ name }) => name).join(', ')}`)
  }

  #refuse(refusals: readonly string[]): void {
    const text = refusals.join(' ')
    setText(this.#refusal, text)
    this.#refusal.hidden = text === ''
    if (text !== '') this.#events.say(text)
  }

  #show(files: readonly File[]): void {
    this.#files = files
    this.#list.replaceChildren(...files.map((file) => this.#makeItem(file)))
    this.#list.hidden = files.length === 0
    this.#events.onChange()
  }

  #makeItem(file: File): HTMLElement {
    const { labels, locale } = this.#surroundings()
    const name = make('span', { class: 'file-name', dir: 'auto', title: file.name }, file.name)
    const size = make('span', { class: 'file-size', dir: 'auto' }, toSize(file.size, locale))
    const label = labels.removeFile(file.name)
    const onClick = (): void => this.#remove(file)
    const remove = makeButton({ label, icon: 'cross', part: 'remove', className: 'quiet', onClick })
    return make('li', { class: 'chip', part: 'attachment' }, makeIcon('file'), name, size, remove)
  }

  #remove(file: File): void {
    const index = this.#files.indexOf(file)
    this.replace(this.#files.filter((other) => other !== file))
    const buttons = this.#list.querySelectorAll('button')
    const next = buttons[Math.min(index, buttons.length - 1)]
    if (next === undefined) this.#events.onLeave()
    else next.focus()
  }
}
