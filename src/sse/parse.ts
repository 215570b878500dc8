// The SSE parser: chunks of bytes or text to events, exactly as in WHATWG HTML 9.2.5 and 9.2.6, in linear time.
import { createDecoder } from '#decode'
import { checkLimit, describeValue, misspeltName, TidingsError, typed } from '../base/index.ts'
import type { ParseError } from './parse-error.ts'
import type { ParserCallbacks } from './parser-callbacks.ts'
import { clearStream, ParserState } from './parser-state.ts'
import { scan } from './scan.ts'

/** Options of {@link createParser}. */
export interface ParserOptions extends ParserCallbacks {
  /**
   * The largest event: data, name and id of its block together with the line being read. Default 16 MiB; `false` for
   * no limit. Counted in UTF-16 units, which are never more than the UTF-8 bytes. A larger event stops the parser,
   * however it was split into chunks.
   */
  maxEventBytes?: number | false | undefined
  /** The name of `maxEventBytes` in `eventsource-parser`. If both are given, `maxEventBytes` wins. */
  maxBufferSize?: number | undefined
  /** The last event id before the first block. Default `''`. */
  lastEventId?: string | undefined
}

/** Options of {@link Parser.reset}. */
export interface ResetOptions {
  /** Whether to parse an unfinished last line, as if it had ended, before the reset. Default false. */
  readonly consume?: boolean | undefined
  /** The new last event id. Left out, it stays: it outlives a connection. */
  readonly lastEventId?: string | undefined
}

/** The part of a parser that `eventsource-parser` has as well, under its name there: what a stand-in has to have. */
export interface EventSourceParser {
  /** Parses the next chunk. */
  feed(chunk: string): void
  /** Discards the unfinished line and block: a new stream begins. */
  reset(options?: { consume?: boolean }): void
}

/** An SSE parser, for one stream at a time. Its functions use no `this` and can be passed on alone. */
export interface Parser {
  /**
   * Parses the next chunk of bytes or text, split anywhere. Without `onError` it throws `ERR_EVENT_TOO_LARGE` for an
   * event that is too large; no other content of a chunk makes it throw. After such an event it throws
   * `ERR_PARSER_FAILED` until `reset()`. A chunk fed during a callback is parsed after it.
   */
  readonly feed: (chunk: string | Uint8Array) => void
  /** Discards the unfinished line and block: a new stream begins. In a callback, also discards the chunk's rest. */
  readonly reset: (options?: ResetOptions) => void
  /** The last event id, to be sent as `Last-Event-ID`: that of the last finished block that had an `id`. */
  readonly lastEventId: string
}

/**
 * Creates a parser of `text/event-stream` (WHATWG HTML 9.2.6), with the API of `eventsource-parser` and more. Feed it
 * bytes as they are: a decoder in front would remove a second byte order mark.
 *
 * @example
 * import { createParser } from 'tidings/sse'
 *
 * const parser = createParser({ onEvent: (event) => console.log(event.data) })
 * parser.feed('data: hello\n\n') // hello
 */
export function createParser(options: ParserOptions): Parser {
  refuseOptions(options)
  const limit = options.maxEventBytes ?? options.maxBufferSize ?? 16 * 1024 * 1024
  const state = new ParserState(options, limit === false ? Infinity : limit, options.lastEventId ?? '')
  const decoder = createDecoder()
  // Whether the bytes so far end at a character boundary, as they do after ASCII.
  let endsAtBoundary = true

  function feed(chunk: string | Uint8Array): void {
    if (state.failure !== undefined) throw parserFailedError(state.failure)
    if (typeof chunk === 'string') {
      // Text after bytes: a character that the bytes left unfinished is flushed first.
      const unfinished = endsAtBoundary ? '' : decoder.flush()
      endsAtBoundary = true
      read(state, unfinished + chunk, undefined)
      return
    }
    if (!ArrayBuffer.isView(chunk))
      throw optionError(`feed takes a string or a Uint8Array, not ${describeValue(chunk)}`)
    const text = decoder.decode(chunk)
    const beganAtBoundary = endsAtBoundary
    const last = chunk[chunk.length - 1]
    if (last !== undefined) endsAtBoundary = last < 0x80
    // From a character boundary on, each byte yields at most one character: equal lengths mean equal positions.
    read(state, text, beganAtBoundary && text.length === chunk.length ? chunk : undefined)
  }

  function reset(resetOptions: ResetOptions = {}): void {
    const unfinished = decoder.flush()
    endsAtBoundary = true
    try {
      if (resetOptions.consume && !state.isReading && state.failure === undefined) consume(state, unfinished)
    } finally {
      clearStream(state)
      if (resetOptions.lastEventId !== undefined) state.lastEventId = resetOptions.lastEventId
    }
  }

  return {
    feed,
    reset,
    get lastEventId(): string {
      return state.lastEventId
    },
  }
}

function read(state: ParserState, chunk: string, bytes: Uint8Array | undefined): void {
  if (state.isReading || state.unread !== '') state.unread += chunk
  else if (chunk !== '') readText(state, chunk, bytes)
  if (state.isReading) return
  while (state.unread !== '') {
    const text = state.unread
    state.unread = ''
    readText(state, text, undefined)
  }
}

function readText(state: ParserState, chunk: string, chunkBytes: Uint8Array | undefined): void {
  let text = chunk
  let bytes = chunkBytes
  if (state.lineStart !== '') {
    text = state.lineStart + chunk
    state.lineStart = ''
    bytes = undefined
  }
  state.isReading = true
  try {
    scan(state, text, bytes)
  } catch (error) {
    // Only a callback throws: the next feed reads the text after that callback's line.
    state.unread = text.slice(state.position) + state.unread
    throw error
  } finally {
    state.isReading = false
  }
}

function consume(state: ParserState, unfinished: string): void {
  read(state, unfinished, undefined)
  if (state.lineKind !== 'none' || state.lineStart !== '') read(state, '\n', undefined)
}

function parserFailedError(cause: ParseError): TidingsError {
  const message = 'This parser has stopped at an event that was too large. Call reset() before feeding a new stream'
  return new TidingsError('ERR_PARSER_FAILED', message, { cause })
}

const [checkString, checkFunction] = [typed('string'), typed('function')]
const callbackNames = ['onEvent', 'onId', 'onRetry', 'onComment', 'onError'] as const
const names: ReadonlySet<string> = new Set([...callbackNames, 'maxEventBytes', 'maxBufferSize', 'lastEventId'])

// Options that are like none pass, as in `eventsource-parser`, whose callers hand in what they have.
function refuseOptions(options: ParserOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw optionError(`createParser takes an object of callbacks, not ${describeValue(options)}. Use { onEvent }`)
  }
  for (const name of Object.keys(options)) {
    const meant = names.has(name) ? undefined : misspeltName(name, [...names])
    if (meant !== undefined) throw optionError(`createParser has no option ${name}. Did you mean ${meant}?`)
  }
  checkLimit('maxEventBytes', options.maxEventBytes ?? options.maxBufferSize)
  checkString('lastEventId', options.lastEventId)
  for (const name of callbackNames) checkFunction(name, options[name])
}

function optionError(message: string): TidingsError {
  return new TidingsError('ERR_OPTION', message)
}
