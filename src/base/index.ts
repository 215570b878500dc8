// base: what at least two rooms need and no runtime owns. The list is closed.
export { asksForControls, isLikeEventSource, parseAccept, rangeOf, type MediaRange } from './accept.ts'
export { TidingsError, type ErrorCode } from './error.ts'
export { Fragments } from './fragments.ts'
export { describeValue, toJson } from './json.ts'
export { sleep } from './sleep.ts'
export { TimeoutTable } from './timeouts.ts'
export { hasOwnTimers, nextTurn } from './turn.ts'
