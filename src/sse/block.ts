// The rules of HTML 9.2.6: what a line does to its block, and what the blank line does with it.
import { describeValue } from '../base/index.ts'
import { ParseError } from './parse-error.ts'
import { clearBlock, clearLine, stopped, type ParserState } from './parser-state.ts'

/** How much of an unknown field's line an error carries. */
export const unknownLineLimit = 65_536

/** The blank line: the id becomes the position, and an event is dispatched if there is data. */
export function endBlock(state: ParserState): void {
  if (state.isFresh) return
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

/** Whether so many characters more are too many for the block; then the parser has stopped. */
export function exceeds(state: ParserState, length: number): boolean {
  if (state.size + length <= state.limit) return false
  fail(state)
  return true
}

/** A `data` line of `length` characters. */
export function addData(state: ParserState, value: string, length: number): void {
  if (exceeds(state, length)) return
  state.isFresh = false
  state.size += value.length + 1
  state.dataLines += 1
  if (state.dataLines === 1) {
    state.data = value
    return
  }
  if (state.dataLines === 2) state.dataFragments.push(state.data)
  state.dataFragments.push(value)
}

/** A block that is one `data` line of `length` characters. */
export function dispatchData(state: ParserState, data: string, length: number): void {
  if (length > state.limit) exceeds(state, length)
  else state.onEvent({ event: undefined, data, id: undefined })
}

/** An `event` line of `length` characters. */
export function setEvent(state: ParserState, value: string, length: number): void {
  if (exceeds(state, length)) return
  state.isFresh = false
  state.size += value.length - state.event.length
  state.event = value
}

/** An `id` line of `length` characters. */
export function setId(state: ParserState, value: string, length: number): void {
  if (exceeds(state, length)) return
  // HTML 9.2.6: an id that contains NUL is ignored.
  if (value.indexOf('\0') !== -1) return
  state.isFresh = false
  state.size += value.length - (state.id === undefined ? 0 : state.id.length)
  state.id = value
}

/** A comment, `retry`, a field without a colon, or one that HTML 9.2.6 ignores. */
export function readRareLine(state: ParserState, line: string): void {
  if (line === 'data') addData(state, '', line.length)
  else if (line === 'id') setId(state, '', line.length)
  else if (line === 'event') setEvent(state, '', line.length)
  else if (line.startsWith(':')) readComment(state, line)
  else if (line === 'retry' || line.startsWith('retry:')) readRetry(state, line)
  else readUnknown(state, line)
}

/** Stops the parser until `reset()`. */
function fail(state: ParserState): void {
  clearBlock(state)
  clearLine(state)
  state.position = stopped
  state.waiting = ''
  const message = `An event is larger than maxEventBytes (${state.limit}). Raise the limit, or stop reading this stream`
  state.failure = new ParseError(message, { type: 'max-buffer-size-exceeded' })
  state.callbacks.onError?.(state.failure)
}

function readComment(state: ParserState, line: string): void {
  if (state.callbacks.onComment === undefined || exceeds(state, line.length)) return
  state.callbacks.onComment(line.slice(1))
}

function readRetry(state: ParserState, line: string): void {
  if (exceeds(state, line.length)) return
  const value = valueBehind(line, 'retry'.length)
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
  const value = nameEnd === -1 ? '' : valueBehind(line, nameEnd)
  const message = `Unknown field ${describeValue(field)}. The line was ignored`
  state.callbacks.onError(new ParseError(message, { type: 'unknown-field', field, value, line }))
}

/** What follows the colon at `nameEnd`, less one space. */
function valueBehind(line: string, nameEnd: number): string {
  return line.slice(line.startsWith(' ', nameEnd + 1) ? nameEnd + 2 : nameEnd + 1)
}
