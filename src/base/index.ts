// base: what at least two rooms share and any runtime can run: errors, JSON, option checks, timers. The list is closed.
export { onAbort } from './abort.ts'
export { keepContext } from './async-context.ts'
export { backoffMs, exponentialMs, jitter, type BackoffLimits } from './backoff.ts'
export { sha256 } from './digest.ts'
export { EndedError, TidingsError, type ErrorCode } from './error.ts'
export { Fragments } from './fragments.ts'
export { describeValue, isOverflow, toJson } from './json.ts'
export type { Mistake, NestedFault, NestedNotJson, NotJson } from './json-fault.ts'
export { letGo } from './let-go.ts'
export { checkLimit, checkStrings, checkWholeNumber, longestDelayMs, type NumberRange } from './option.ts'
export {
  checkOptions,
  listOf,
  oneOf,
  options,
  required,
  typed,
  wholeNumber,
  type OptionCheck,
  type OptionChecks,
} from './option-checks.ts'
export { misspeltName, nearestName } from './nearest-name.ts'
export { checkNames, type OptionNames } from './option-names.ts'
export { checkObserver, Observers } from './observers.ts'
export { print } from './print.ts'
export { isSecretName } from './secret-name.ts'
export { sleep } from './sleep.ts'
export { TimeoutTable } from './timeouts.ts'
export { Transform } from './transform.ts'
export { hasOwnTimers, nextTurn } from './turn.ts'
