// Markdown that grows, shown in animation frames.
import { OpenBlocks } from './blocks-view.ts'
import type { MarkdownLabels, ViewContext } from './context.ts'
import { handleCopy } from './copy.ts'
import type { MarkdownLibraries, Remend } from './libraries.ts'
import { MarkdownDocument } from './markdown-document.ts'
import { createPace, type Pace } from './pace.ts'
import { PlainText } from './plain-text.ts'
import { createReader } from './reader.ts'
import { createSanitizer, type ImagePolicy } from './sanitizer.ts'
import type { TextView } from './text-view.ts'

export { loadMarkdown, type MarkdownLibraries } from './libraries.ts'
export { markdownStyle } from './style.ts'
export type { ImagePolicy } from './sanitizer.ts'
export type { MarkdownLabels } from './context.ts'

/** How Markdown is shown. */
export interface MarkdownViewOptions {
  /** What it is read with: see `loadMarkdown()`. Without `marked` or `dompurify`, it is shown as plain text. */
  readonly libraries: MarkdownLibraries
  /** The language whose characters are counted where `pace` is set. Default: that of the browser. */
  readonly locale?: string | undefined
  /** Shows what arrives in bursts as a flow, whole characters a frame, about a fifth of a second late. Default: `false` */
  readonly pace?: boolean | undefined
  /** Which images are shown. Default: `'link'`, only those that are in the text itself (`data:`). */
  readonly images?: ImagePolicy | undefined
  /** Words in another language. Default: English. */
  readonly labels?: Partial<MarkdownLabels> | undefined
}

const english: MarkdownLabels = {
  copy: 'Copy',
  copied: 'Copied',
  notCopied: 'Not copied',
  code: 'Code',
  table: 'Table',
  task: 'Task',
}

/** No step begins later than this in a frame, which has 16 ms for everything. */
const budgetMs = 6
/** After a frame that took longer than `budgetMs`, others have so many times as long for themselves. */
const restFactor = 3

/**
 * Shows Markdown that grows: only the block that is still open is parsed and made again. Nodes of finished blocks are never
 * touched, so that what a reader has selected stays.
 */
export class MarkdownView {
  readonly #view: TextView
  readonly #pace: Pace | undefined
  readonly #endThanks: () => void
  #wanted = ''
  #isDone = false
  /** The text with line breaks of one kind, as it was read last, and how much of it may be shown. */
  #text = ''
  #visible = 0
  #frame: number | undefined
  #restUntil = 0

  /** Shows nothing yet. What is in `container` belongs to the view; `markdownStyle` is for class `markdown`. */
  constructor(container: HTMLElement, options: MarkdownViewOptions) {
    const labels = { ...english, ...options.labels }
    this.#view = createView(container, labels, options)
    this.#pace = options.pace === true ? createPace(options.locale) : undefined
    this.#endThanks = handleCopy(container, labels)
  }

  /**
   * The whole text so far; usually the last one and more. `done` closes the open block. The work is done in the next animation
   * frames, a few ms in each.
   */
  update(text: string, done: boolean): void {
    if (text === this.#wanted && done === this.#isDone) return
    this.#wanted = text
    this.#isDone = done
    this.#plan()
  }

  /** Whether all that was passed is shown, rather than planned. */
  get isShown(): boolean {
    return this.#frame === undefined
  }

  /** Ends what is planned. What is shown stays. */
  dispose(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame)
    this.#frame = undefined
    this.#endThanks()
  }

  #plan(): void {
    this.#frame ??= requestAnimationFrame(this.#work)
  }

  readonly #work = (): void => {
    this.#frame = undefined
    const start = performance.now()
    if (start < this.#restUntil && !this.#isDone) return this.#plan()
    this.#take()
    const isShown = this.#run(start + budgetMs)
    const took = performance.now() - start
    if (isShown && took > budgetMs) this.#restUntil = start + took * (1 + restFactor)
    if (!isShown || this.#visible < this.#text.length) this.#plan()
  }

  /** Takes the text that was passed last, and decides how much of it may be shown. */
  #take(): void {
    const before = this.#text
    const text = toReadable(this.#wanted, this.#isDone)
    const isMore = text.startsWith(before)
    this.#text = text
    if (!isMore) this.#view.clear()
    // A text that is there at once, or is another one, does not flow.
    const isFlowing = isMore && !(before === '' && this.#isDone)
    this.#visible = isFlowing && this.#pace ? this.#pace(text, this.#visible) : text.length
  }

  #run(deadline: number): boolean {
    const isWhole = this.#visible === this.#text.length
    const text = isWhole ? this.#text : this.#text.slice(0, this.#visible)
    const isOpen = !(this.#isDone && isWhole)
    while (!this.#view.show(text, isOpen)) {
      if (performance.now() > deadline) return false
    }
    return true
  }
}

/** Line breaks of one kind, no NUL, and no half of a character whose other half is to come. */
function toReadable(text: string, isDone: boolean): string {
  const readable = text.replace(/\r\n?/g, '\n').replaceAll('\0', '\uFFFD')
  return isDone ? readable : readable.replace(/[\uD800-\uDBFF]$/, '')
}

function createView(container: HTMLElement, labels: MarkdownLabels, options: MarkdownViewOptions): TextView {
  const { marked, remend, dompurify } = options.libraries
  const sanitize = dompurify && createSanitizer(dompurify, options.images ?? 'link')
  if (marked === undefined || sanitize === undefined) return new PlainText(container)
  const reader = createReader(marked)
  const context: ViewContext = {
    labels,
    sanitize,
    toFragment: (source) => sanitize(reader.toHtml(source)),
    mend: remend === undefined ? (source) => source : (source) => mend(source, remend),
    createBlocks: (parent) => new OpenBlocks(parent, context),
  }
  return new MarkdownDocument(container, context, reader)
}

/** Blocks are cut by others: what remend knows of headings, lists and formulas is not for one text of a block. */
function mend(source: string, remend: Remend): string {
  const blocks = { setextHeadings: false, comparisonOperators: false, katex: false }
  return remend(source, { ...blocks, linkMode: 'text-only' })
}
