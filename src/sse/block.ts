// The parser's rules for one event block (HTML 9.2.6): what each line adds to it, and what a blank line dispatches.
import { describeValue } from '../base/index.ts'
import { ParseError } from './parse-error.ts'
import { clearBlock, clearLine, stopped, type ParserState } from './parser-state.ts'

/** How many characters of an unknown field's line a {@link ParseError} contains at most. */
export const unknownLineLimit = 65_536

/** Handles a blank line: the id becomes the last event id, and an event is dispatched if there is data. */
export function endBlock(state: ParserState): void {
  if (state.isBlockEmpty) return
  const { event, id } = state
  const hasData = state.dataLines > 0
  const data = state.dataLines > 1 ? state.dataFragments.take() : state.data
  clearBlock(state)
  if (id !== undefined) {
    // HTML 9.2.6, dispatch, step 1: also where there is no data and so no event.
    state.lastEventId = id
    state.callbacks.onId?.(id)
    if (state.position === stopped) return
  }
  if (hasData) state.onEvent({ event: event === '' ? undefined : event, data, id })
}

/** Stops the parser if `length` more characters put the block above the limit, and returns whether it did. */
export function failsLimit(state: ParserState, length: number): boolean {
  if (state.size + length <= state.limit) return false
  fail(state)
  return true
}

/** Handles a `data` line of `length` characters. */
export function addData(state: ParserState, value: string, length: number): void {
  if (failsLimit(state, length)) return
  state.isBlockEmpty = false
  state.size += value.length + 1
  state.dataLines += 1
  if (state.dataLines === 1) {
    state.data = value
    return
  }
  if (state.dataLines === 2) state.dataFragments.push(state.data)
  state.dataFragments.push(value)
}

/** Handles a block of a single `data` line of `length` characters. */
export function dispatchData(state: ParserState, data: string, length: number): void {
  if (length > state.limit) failsLimit(state, length)
  else state.onEvent({ event: undefined, data, id: undefined })
}

/** Handles an `event` line of `length` characters. */
export function setEvent(state: ParserState, value: string, length: number): void {
  if (failsLimit(state, length)) return
  state.isBlockEmpty = false
  state.size += value.length - state.event.length
  state.event = value
}

/** Handles an `id` line of `length` characters. */
export function setId(state: ParserState, value: string, length: number): void {
  if (failsLimit(state, length)) return
  // HTML 9.2.6: an id that contains NUL is ignored.
  if (value.indexOf('\0') !== -1) return
  state.isBlockEmpty = false
  state.size += value.length - (state.id === undefined ? 0 : state.id.length)
  state.id = value
}

/** Handles the less frequent lines: a comment, `retry`, a field without a colon, or one that HTML 9.2.6 ignores. */
export function readRareLine(state: ParserState, line: string): void {
  if (line === 'data') addData(state, '', line.length)
  else if (line === 'id') setId(state, '', line.length)
  else if (line === 'event') setEvent(state, '', line.length)
  else if (line.startsWith(':')) readComment(state, line)
  else if (line === 'retry' || line.startsWith('retry:')) readRetry(state, line)
  else readUnknown(state, line)
}

/** Reports that the block is too large, and stops the parser until `reset()`. */
function fail(state: ParserState): void {
  clearBlock(state)
  clearLine(state)
  state.position = stopped
  state.unread = ''
  const message = `An event is larger than maxEventBytes (${state.limit}). Raise the limit, or stop reading this stream`
  state.failure = new ParseError(message, { type: 'max-buffer-size-exceeded' })
  // A parser that dropped the event, and all that follows, in silence would look like a stream that has gone quiet.
  if (state.callbacks.onError === undefined) throw state.failure
  state.callbacks.onError(state.failure)
}

function readComment(state: ParserState, line: string): void {
  if (state.callbacks.onComment === undefined || failsLimit(state, line.length)) return
  state.callbacks.onComment(valueAfter(line, 0))
}

function readRetry(state: ParserState, line: string): void {
  if (failsLimit(state, line.length)) return
  const value = valueAfter(line, 'retry'.length)
  if (/^[0-9]+$/.test(value)) {
    state.callbacks.onRetry?.(Math.min(Number(value), Number.MAX_SAFE_INTEGER))
    return
  }
  const message = `retry must be digits only, not ${describeValue(value)}. The line was ignored`
  state.callbacks.onError?.(new ParseError(message, { type: 'invalid-retry', value, line }))
}

function readUnknown(state: ParserState, wholeLine: string): void {
  if (state.callbacks.onError === undefined) return
  const line = wholeLine.slice(0, unknownLineLimit)
  const nameEnd = line.indexOf(':')
  const field = nameEnd === -1 ? line : line.slice(0, nameEnd)
  const value = nameEnd === -1 ? '' : valueAfter(line, nameEnd)
  const message = `Unknown field ${describeValue(field)}. The line was ignored`
  state.callbacks.onError(new ParseError(message, { type: 'unknown-field', field, value, line }))
}

/** The field's value: what follows the colon at `nameEnd`, without one leading space. */
function valueAfter(line: string, nameEnd: number): string {
  return line.slice(line.startsWith(' ', nameEnd + 1) ? nameEnd + 2 : nameEnd + 1)
}
