// From the wire to events: WHATWG HTML 9.2.5 and 9.2.6, to the letter, in time linear in the bytes.
import { createDecoder } from '#decode'
import { checkLimit, describeValue, TidingsError } from '../base/index.ts'
import type { ParseError } from './parse-error.ts'
import type { ParserCallbacks } from './parser-callbacks.ts'
import { clearStream, ParserState } from './parser-state.ts'
import { scan } from './scan.ts'

/** What {@link createParser} takes. */
export interface ParserOptions extends ParserCallbacks {
  /**
   * How much of one block is held: its data, name and id together with the line being read. Default 16 MiB; `false`
   * for no limit. Counted in UTF-16 units, which are never more than the UTF-8 bytes. An event above it stops the
   * parser, however it was split into chunks.
   */
  readonly maxEventBytes?: number | false | undefined
  /** The name that `eventsource-parser` gives to `maxEventBytes`; the latter wins. */
  readonly maxBufferSize?: number | undefined
  /** Where the reader stands before the first block; default `''`. */
  readonly lastEventId?: string | undefined
}

/** What {@link Parser.reset} takes. */
export interface ResetOptions {
  /** Reads an unfinished last line as if it were ended before all is forgotten; default false. */
  readonly consume?: boolean | undefined
  /** Where the reader stands from now on; left out, where it stood: a position outlives its connection. */
  readonly lastEventId?: string | undefined
}

/** A parser of one event stream at a time. Its functions can be passed on without it. */
export interface Parser {
  /**
   * Reads the next chunk, split anywhere, bytes or text. Never throws on what the chunk says; throws
   * `ERR_PARSER_FAILED` after an event was too large, until `reset()`. Fed by a callback, it reads once that returns.
   */
  readonly feed: (chunk: string | Uint8Array) => void
  /** Forgets the unfinished line and block: a new stream begins. From a callback: the chunk's rest is dropped. */
  readonly reset: (options?: ResetOptions) => void
  /** The id of the last block that ended with one: what `Last-Event-ID` sends. Never that of an unfinished block. */
  readonly lastEventId: string
}

/**
 * Creates a parser of `text/event-stream` (WHATWG HTML 9.2.6). A superset of `eventsource-parser`'s: bytes need no
 * decoder in front (with one in front, a second byte order mark would be taken).
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
  // Whether the bytes so far end in ASCII, so that no character is unfinished.
  let endsWhole = true

  function feed(chunk: string | Uint8Array): void {
    if (state.failure !== undefined) throw failedError(state.failure)
    if (typeof chunk === 'string') {
      // Text behind bytes ends a character that they left unfinished.
      const unfinished = endsWhole ? '' : decoder.flush()
      endsWhole = true
      read(state, unfinished + chunk, undefined)
      return
    }
    if (!ArrayBuffer.isView(chunk))
      throw optionError(`feed takes a string or a Uint8Array, not ${describeValue(chunk)}`)
    const text = decoder.decode(chunk)
    const beganWhole = endsWhole
    const last = chunk[chunk.length - 1]
    if (last !== undefined) endsWhole = last < 0x80
    // With nothing left over before, a byte gives one character at most: equal lengths mean equal places.
    read(state, text, beganWhole && text.length === chunk.length ? chunk : undefined)
  }

  function reset(resetOptions: ResetOptions = {}): void {
    const unfinished = decoder.flush()
    endsWhole = true
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
  if (state.isReading || state.waiting !== '') state.waiting += chunk
  else if (chunk !== '') readText(state, chunk, bytes)
  if (state.isReading) return
  while (state.waiting !== '') {
    const text = state.waiting
    state.waiting = ''
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
    // Only a callback throws: what is behind its line is read by the next feed.
    state.waiting = text.slice(state.position) + state.waiting
    throw error
  } finally {
    state.isReading = false
  }
}

function consume(state: ParserState, unfinished: string): void {
  read(state, unfinished, undefined)
  if (state.lineKind !== 'none' || state.lineStart !== '') read(state, '\n', undefined)
}

function failedError(cause: ParseError): TidingsError {
  const message = 'This parser has stopped at an event that was too large. Call reset() before feeding a new stream'
  return new TidingsError('ERR_PARSER_FAILED', message, { cause })
}

function refuseOptions(options: ParserOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw optionError(`createParser takes an object of callbacks, not ${describeValue(options)}. Use { onEvent }`)
  }
  checkLimit('maxEventBytes', options.maxEventBytes ?? options.maxBufferSize)
}

function optionError(message: string): TidingsError {
  return new TidingsError('ERR_OPTION', message)
}
