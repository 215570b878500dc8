// The three libraries that Markdown is shown with: optional peers of the package, handed in or loaded.

/** A token of `marked`, as far as it is read here. */
export interface MarkedToken {
  readonly type: string
  readonly raw: string
  readonly text?: string
  readonly depth?: number
  readonly lang?: string | undefined
  readonly ordered?: boolean
  readonly start?: number | ''
  readonly items?: readonly MarkedItem[]
  readonly tokens?: MarkedToken[]
  readonly align?: readonly (Alignment | null)[]
  readonly header?: readonly { readonly text: string }[]
  readonly rows?: readonly (readonly { readonly text: string }[])[]
}

/** An item of a list, as far as it is read here. */
export interface MarkedItem {
  readonly raw: string
  readonly task: boolean
  readonly checked?: boolean
  readonly tokens: readonly MarkedToken[]
}

/** How the cells of a column are aligned. */
export type Alignment = 'left' | 'center' | 'right'

/** What reads a text of Markdown: the part of `Lexer` of `marked` that is called here. */
export interface MarkedLexer {
  blockTokens(source: string, tokens: MarkedToken[]): MarkedToken[]
  inlineTokens(source: string, tokens: MarkedToken[]): MarkedToken[]
}

/** A part of a tokenizer: reads one kind of block at the start of a text, if it is there. */
type ReadBlock = (this: unknown, source: string) => unknown

/** The tokenizers of `marked` that are replaced here. */
export interface MarkedTokenizer {
  def: ReadBlock
  html: ReadBlock
  blockquote: ReadBlock
  list: ReadBlock
  table: ReadBlock
}

/** The module `marked`, version 18 or later, as far as it is used here. */
export interface MarkedLibrary {
  readonly Lexer: new (settings: object) => MarkedLexer
  readonly Tokenizer: new () => MarkedTokenizer
  readonly Renderer: new () => object
  readonly Parser: { parseInline(tokens: MarkedToken[], settings: object): string }
}

/** The default export of `remend`, version 1. */
export type Remend = (text: string, options: Readonly<Record<string, boolean | 'text-only'>>) => string

/** An instance of DOMPurify, version 3, as far as it is used here. */
export interface Purifier {
  readonly isSupported: boolean
  sanitize(html: string, config: Readonly<Record<string, unknown>>): unknown
  addHook(entryPoint: 'afterSanitizeAttributes', hook: (node: Element) => void): void
}

/** The default export of `dompurify`: makes an instance for a window. */
export type PurifierFactory = (root: Window & typeof globalThis) => Purifier

/**
 * The libraries that Markdown is shown with. Without `marked` or `dompurify` text is shown as it is; without `remend`, what is
 * unfinished shows its marks (`**`) until it is finished.
 */
export interface MarkdownLibraries {
  /** `import * as marked from 'marked'` */
  readonly marked?: MarkedLibrary | undefined
  /** `import remend from 'remend'` */
  readonly remend?: Remend | undefined
  /** `import dompurify from 'dompurify'` */
  readonly dompurify?: PurifierFactory | undefined
}

let loading: Promise<MarkdownLibraries> | undefined

/**
 * Loads `marked`, `remend` and `dompurify`, once. It never rejects: a library that is not installed is missing from what it
 * resolves with, and is named by a warning on the console.
 */
export function loadMarkdown(): Promise<MarkdownLibraries> {
  loading ??= load()
  return loading
}

async function load(): Promise<MarkdownLibraries> {
  // Each has a `catch` of its own: esbuild then leaves out what is not installed, and fails otherwise.
  const [marked, remend, dompurify] = await Promise.allSettled([
    import('marked').catch(rethrow),
    import('remend').catch(rethrow),
    import('dompurify').catch(rethrow),
  ] as const)
  const missing = Object.entries({ marked, remend, dompurify }).flatMap(([name, { status }]) =>
    status === 'rejected' ? [name] : [],
  )
  if (missing.length > 0) console.warn(adviceOn(missing))
  return {
    marked: marked.status === 'fulfilled' ? marked.value : undefined,
    remend: remend.status === 'fulfilled' ? remend.value.default : undefined,
    dompurify: dompurify.status === 'fulfilled' ? dompurify.value.default : undefined,
  }
}

function rethrow(error: unknown): never {
  throw error
}

function adviceOn(missing: readonly string[]): string {
  const effect = missing.some((name) => name !== 'remend')
    ? 'Answers are shown as plain text'
    : 'Unfinished Markdown is shown raw'
  return `Tidings: ${effect}, because ${missing.join(' and ')} cannot be loaded. To show Markdown: npm install ${missing.join(' ')}`
}
