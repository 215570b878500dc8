// Runs in the page of tests: shows Markdown, whole or in pieces.
import dompurify from 'dompurify'
import * as marked from 'marked'
import remend from 'remend'
import type { MarkedLibrary, MarkedToken } from '../../../src/chat-element/markdown/libraries.ts'
import { MarkdownView, type MarkdownViewOptions } from '../../../src/chat-element/markdown/markdown-view.ts'

const library: MarkedLibrary = marked

/** What is done in the page. */
export interface MarkdownPage {
  /** Frames come as fast as they can from now on. */
  hurry(): void
  /** The HTML of a text that was passed in pieces, which end at `ends`, and then whole. */
  render(text: string, ends: readonly number[], options?: PageOptions): Promise<string>
  /** The same in an element that stays in the page, for tests that look at it. */
  open(options?: PageOptions): void
  /** Passes a text to the element that stays, and waits until it is shown. */
  show(text: string, done: boolean): Promise<void>
  close(): void
  /** Passes a text in pieces and then whole, and waits for what it may have started. What is wrong with what is shown then. */
  attack(text: string, ends: readonly number[]): Promise<readonly string[]>
  /** Inserts what `marked` makes of a text by itself, and waits in the same way. */
  insertRaw(text: string): Promise<void>
  /** Streams a text, and says what that took and what came of it. */
  strain(text: string, step: number): Promise<Strain>
  /** How often something ran that only a hostile text calls. */
  hits(): number
}

/** Options of a view that can be passed to a page. */
export interface PageOptions extends Pick<MarkdownViewOptions, 'pace' | 'locale' | 'labels'> {
  readonly images?: 'link' | 'show'
  /** The libraries that are missing. */
  readonly without?: readonly string[]
}

/** What showing a text took. */
export interface Strain {
  /** The longest text that was read at once for its blocks. */
  readonly longestRead: number
  /** The longest text of a block that was read at once. */
  readonly longestInline: number
  /** By how many elements the page grew at most in one frame. */
  readonly mostElements: number
  readonly text: string
  readonly html: string
}

interface Shown {
  readonly container: HTMLElement
  readonly view: MarkdownView
}

let shown: Shown | undefined

function create({ without = [], ...options }: PageOptions = {}): Shown {
  const all = Object.entries({ marked, remend, dompurify })
  const libraries = Object.fromEntries(all.filter(([name]) => !without.includes(name)))
  const container = document.createElement('div')
  container.className = 'markdown'
  document.body.append(container)
  return { container, view: new MarkdownView(container, { libraries, ...options }) }
}

async function render(text: string, ends: readonly number[], options?: PageOptions): Promise<string> {
  const shown = create(options)
  const { container, view } = shown
  try {
    for (const end of ends) {
      view.update(text.slice(0, end), false)
      await frame()
    }
    view.update(text, true)
    return await settled(shown)
  } finally {
    view.dispose()
    container.remove()
  }
}

async function strain(text: string, step: number): Promise<Strain> {
  let [longestRead, longestInline, mostElements, count] = [0, 0, 0, 0]
  class Lexer extends library.Lexer {
    override blockTokens(source: string, tokens: MarkedToken[]): MarkedToken[] {
      longestRead = Math.max(longestRead, source.length)
      return super.blockTokens(source, tokens)
    }
    override inlineTokens(source: string, tokens: MarkedToken[]): MarkedToken[] {
      longestInline = Math.max(longestInline, source.length)
      return super.inlineTokens(source, tokens)
    }
  }
  const container = document.createElement('div')
  document.body.append(container)
  const view = new MarkdownView(container, { libraries: { marked: { ...library, Lexer }, remend, dompurify } })
  const look = (): void => {
    const now = container.getElementsByTagName('*').length
    mostElements = Math.max(mostElements, now - count)
    count = now
  }
  for (let end = step; end < text.length; end += step) {
    view.update(text.slice(0, end), false)
    await frame()
    look()
  }
  view.update(text, true)
  while (!view.isShown) {
    await frame()
    look()
  }
  const { textContent, innerHTML } = container
  view.dispose()
  container.remove()
  return { longestRead, longestInline, mostElements, text: textContent, html: innerHTML }
}

async function settled({ container, view }: Shown): Promise<string> {
  while (!view.isShown) await frame()
  return container.innerHTML
}

function frame(): Promise<number> {
  return new Promise((resolve) => {
    requestAnimationFrame(resolve)
  })
}

function hurry(): void {
  const { port1, port2 } = new MessageChannel()
  const waiting = new Map<number, FrameRequestCallback>()
  let last = 0
  port2.start()
  port2.addEventListener('message', ({ data }) => {
    const callback = waiting.get(Number(data))
    waiting.delete(Number(data))
    callback?.(performance.now())
  })
  globalThis.requestAnimationFrame = (callback) => {
    last += 1
    waiting.set(last, callback)
    port1.postMessage(last)
    return last
  }
  globalThis.cancelAnimationFrame = (id) => {
    waiting.delete(id)
  }
}

const elements = new Set(
  (
    'a abbr b bdi bdo blockquote br button caption cite code dd del details dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i img input ins kbd li ' +
    'mark ol p pre q rp rt ruby s samp small span strong sub summary sup table tbody td tfoot th thead tr u ul var wbr'
  ).split(' '),
)
const attributes = new Set(
  'href rel target title alt src colspan rowspan start dir lang open class type disabled checked aria-label role tabindex scope data-align'.split(
    ' ',
  ),
)
const classes = new Set(['', 'html', 'code', 'head', 'language', 'copy', 'table', 'task', 'plain', 'box', 'more'])

/** What is shown that must not be: elements, attributes and addresses that are not on the lists. */
function faultsIn(container: HTMLElement): readonly string[] {
  return [...container.querySelectorAll('*')].flatMap((element) => {
    const names = element.getAttributeNames()
    const address = element.getAttribute('href') ?? element.getAttribute('src')
    const isFine =
      elements.has(element.localName) &&
      element.namespaceURI === 'http://www.w3.org/1999/xhtml' &&
      names.every((name) => attributes.has(name)) &&
      classes.has(element.className) &&
      (element.localName !== 'input' || element.hasAttribute('disabled')) &&
      (element.localName !== 'button' || element.className === 'copy') &&
      (!element.hasAttribute('href') || element.getAttribute('rel') === 'noopener noreferrer nofollow') &&
      (address === null || /^(?:https?:\/\/|mailto:|data:image\/(?:png|gif|jpeg|webp|avif);)/.test(address)) &&
      (element.localName !== 'img' || !address?.startsWith('http'))
    return isFine ? [] : [element.outerHTML]
  })
}

async function attack(text: string, ends: readonly number[]): Promise<readonly string[]> {
  const shown = create()
  // Also what is there for a moment alone: what waits for a click calls nothing, and is told of by no policy that is heeded below.
  const passing: string[] = []
  for (const end of ends) {
    shown.view.update(text.slice(0, end), false)
    await frame()
    passing.push(...faultsIn(shown.container))
  }
  shown.view.update(text, true)
  await settled(shown)
  await failedImage()
  const faults = [...passing, ...faultsIn(shown.container)]
  shown.view.dispose()
  shown.container.remove()
  return faults
}

async function insertRaw(text: string): Promise<void> {
  const container = document.createElement('div')
  document.body.append(container)
  container.innerHTML = marked.parse(text, { async: false })
  await failedImage()
  container.remove()
}

/** Images fail in turn: once this one has, those before it have, too. */
function failedImage(): Promise<unknown> {
  return new Promise((resolve) => {
    const image = new Image()
    image.addEventListener('error', resolve)
    image.src = 'x:'
  })
}

let hitCount = 0
function hit(): void {
  hitCount += 1
}
for (const name of [
  'hit',
  'alert',
  'confirm',
  'prompt',
  'print',
  'open',
  'fetch',
  'WebSocket',
  'Worker',
  'EventSource',
]) {
  Object.defineProperty(globalThis, name, { value: hit, writable: false })
}
// Chromium tells of attributes (`onerror`) also where a document is parsed that can run nothing, as DOMPurify does.
document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
  if (effectiveDirective !== 'script-src-attr') hit()
})

const page: MarkdownPage = {
  attack,
  strain,
  insertRaw,
  hits: () => hitCount,
  hurry,
  render,
  open: (options) => {
    shown = create(options)
  },
  show: async (text, done) => {
    if (shown === undefined) throw new Error('Nothing is open.')
    shown.view.update(text, done)
    await settled(shown)
  },
  close: () => {
    shown?.view.dispose()
    shown?.container.remove()
    shown = undefined
  },
}

globalThis.markdown = page
