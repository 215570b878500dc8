// The NDJSON parser: chunks of bytes or text to values, in time linear in the bytes.
import {
  checkLimit,
  checkOptions,
  describeValue,
  Fragments,
  required,
  TidingsError,
  typed,
  type OptionChecks,
} from '../base/index.ts'
import { LineError } from './line-error.ts'

/** Options of {@link createLineParser}. `feed` throws what a callback throws; the next one goes on after its line. */
export interface LineParserOptions {
  /** Called with the value of each line. */
  readonly onValue: (value: unknown) => void
  /** Called when a line is not JSON (it is skipped) or too long (the parser stops). Left out, the error is thrown. */
  readonly onError?: ((error: LineError) => void) | undefined
  /** The longest line, in UTF-16 units (never more than the UTF-8 bytes). Default 16 MiB; `false` for no limit. */
  readonly maxLineBytes?: number | false | undefined
}

const optionChecks: OptionChecks<LineParserOptions> = {
  onValue: required(typed('function')),
  onError: typed('function'),
  maxLineBytes: checkLimit,
}

/** An NDJSON parser, for one stream at a time. Its functions use no `this` and can be passed on alone. */
export interface LineParser {
  /** Parses the next chunk of bytes or text, split anywhere. Throws `ERR_PARSER_FAILED` after a line was too long. */
  readonly feed: (chunk: string | Uint8Array) => void
  /** Ends the stream: a last line without LF is parsed too. A new stream may follow. */
  readonly end: () => void
  /** Discards the unfinished line and any failure: a new stream begins. */
  readonly reset: () => void
}

/**
 * Creates a parser of `application/x-ndjson` (also `application/stream+json`). Lines end in LF or CRLF. Blank lines
 * (heartbeats) are ignored, and so is one leading byte order mark. Throws `ERR_OPTION` for an invalid option, or one that
 * does not exist.
 *
 * @example
 * import { createLineParser } from 'tidings/ndjson'
 *
 * const parser = createLineParser({ onValue: (value) => console.log(value) })
 * parser.feed('{"n":1}\n') // { n: 1 }
 */
export function createLineParser(options: LineParserOptions): LineParser {
  const state = new LineState(options)
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

  function feed(chunk: string | Uint8Array): void {
    if (state.failure !== undefined) throw parserFailedError(state.failure)
    if (typeof chunk !== 'string' && !ArrayBuffer.isView(chunk)) throw chunkError(chunk)
    // Text after bytes: a character that the bytes left unfinished is flushed first.
    read(state, typeof chunk === 'string' ? decoder.decode() + chunk : decoder.decode(chunk, { stream: true }))
  }

  function end(): void {
    if (state.failure !== undefined) throw parserFailedError(state.failure)
    try {
      read(state, decoder.decode())
      if (state.line.length > 0) read(state, '\n')
    } finally {
      reset()
    }
  }

  function reset(): void {
    decoder.decode()
    clear(state)
  }

  return { feed, end, reset }
}

/** A position past the end of any text: it ends the reading loop. */
const stopped = 0x3fffffff

class LineState {
  readonly options: LineParserOptions
  readonly limit: number
  readonly line: Fragments = new Fragments()
  linesRead = 0
  /** Where to continue in the text being read; already updated when a callback is called. */
  position = 0
  /** Text still to be read: the rest after a callback threw, or what was fed during a callback. */
  unread = ''
  isReading = false
  failure: LineError | undefined

  constructor(options: LineParserOptions) {
    checkOptions('createLineParser', options, optionChecks)
    const { maxLineBytes: limit = 16 * 1024 * 1024 } = options
    this.options = options
    this.limit = limit === false ? Infinity : limit
  }
}

function read(state: LineState, chunk: string): void {
  state.unread += chunk
  while (state.unread !== '' && !state.isReading) {
    const text = state.unread
    state.unread = ''
    readText(state, text)
  }
}

function readText(state: LineState, text: string): void {
  state.position = 0
  state.isReading = true
  try {
    while (state.position < text.length) readNext(state, text)
  } catch (error) {
    // Thrown by a callback, or by `report` without one: the next feed reads the text after that line.
    state.unread = text.slice(state.position) + state.unread
    throw error
  } finally {
    state.isReading = false
  }
}

function readNext(state: LineState, text: string): void {
  const start = state.position
  const lineEnd = text.indexOf('\n', start)
  const piece = lineEnd === -1 ? text.slice(start) : text.slice(start, lineEnd)
  state.position = lineEnd === -1 ? text.length : lineEnd + 1
  if (state.line.length + piece.length > state.limit) return fail(state, piece)
  if (lineEnd !== -1 && state.line.length === 0) return readLine(state, piece)
  // Linear: the pieces of a long line are joined once.
  state.line.push(piece)
  if (lineEnd !== -1) readLine(state, state.line.take())
}

function readLine(state: LineState, line: string): void {
  state.linesRead += 1
  const hasByteOrderMark = state.linesRead === 1 && line.charCodeAt(0) === 0xfeff
  const json = hasByteOrderMark ? line.slice(1) : line
  if (json === '' || json === '\r') return
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch (cause) {
    return refuseLine(state, json, cause)
  }
  state.options.onValue(value)
}

function refuseLine(state: LineState, line: string, cause: unknown): void {
  // A line of JSON white space (RFC 8259, section 2) counts as blank.
  if (/^[ \t\r]*$/.test(line)) return
  const lineNumber = state.linesRead
  const message = `Line ${lineNumber} is not JSON: ${describeValue(line)}. Send one JSON value on each line`
  report(state, new LineError('ERR_LINE_INVALID', message, { line, lineNumber, cause }))
}

function fail(state: LineState, piece: string): void {
  const lineNumber = state.linesRead + 1
  const line = state.line.take() + piece
  state.position = stopped
  state.unread = ''
  const reason = `Line ${lineNumber} is longer than maxLineBytes (${state.limit})`
  state.failure = new LineError('ERR_EVENT_TOO_LARGE', `${reason}. Raise the limit, or stop reading`, {
    line,
    lineNumber,
  })
  report(state, state.failure)
}

function report(state: LineState, error: LineError): void {
  if (state.options.onError === undefined) throw error
  state.options.onError(error)
}

function clear(state: LineState): void {
  state.line.clear()
  state.linesRead = 0
  state.position = stopped
  state.unread = ''
  state.failure = undefined
}

function chunkError(chunk: unknown): TidingsError {
  return new TidingsError('ERR_OPTION', `feed takes a string or a Uint8Array, not ${describeValue(chunk)}`)
}

function parserFailedError(cause: LineError): TidingsError {
  const message = 'This parser has stopped at a line that was too long. Call reset() before feeding a new stream'
  return new TidingsError('ERR_PARSER_FAILED', message, { cause })
}
