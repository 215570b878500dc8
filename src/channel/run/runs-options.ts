// The options of `channels.runs()`, with their checks and defaults.
import { longestDelayMs, oneOf, required, typed, wholeNumber, type OptionChecks } from '../../base/index.ts'
import type { RunLimits } from './log.ts'

/** Options of `channels.runs()`. */
export interface RunsOptions<Ctx> {
  /**
   * The owner of a run: the id of the user who sends the request, from a session or token that a guard has checked. It is
   * compared whenever a run is followed, stopped or looked up; the run of another owner does not exist for the user.
   */
  readonly owner: (ctx: Ctx) => string
  /** What happens to a run without followers: it continues (`keep`, the default), or is stopped after `graceMs` (`stop`). */
  readonly unfollowed?: 'keep' | 'stop' | undefined
  /** How long a run may be without followers with `unfollowed: 'stop'`, in milliseconds. Default 30,000, at most 2^31 - 1. */
  readonly graceMs?: number | undefined
  /** How long a run may last, in milliseconds. Default one hour. */
  readonly maxDurationMs?: number | undefined
  /** How long a run can be followed after its end, in milliseconds. Default one hour. */
  readonly keepMs?: number | undefined
  /** How many events of a run are kept. Default 100,000. Older ones are dropped; a reader that misses them gets a gap. */
  readonly maxEvents?: number | undefined
  /** How many bytes of a run's data are kept. Default 64 Mi. */
  readonly maxBytes?: number | undefined
  /**
   * How long a node may be silent, in milliseconds, before it counts as dead and its runs as interrupted. The nodes that
   * follow a run go by what its own node has; of several `runs()` of one `createChannels()` the shortest counts. Default
   * 10,000, at most 2^31 - 1.
   */
  readonly leaseMs?: number | undefined
  /**
   * Whether the lease of each run is renewed by itself: three appends for each run and `leaseMs`, in place of three for all
   * of a node. Set it while nodes of an earlier version, which renewed them all, use the same journal: they take a run for dead
   * whose lease does not change, and stop it by its lease alone. Default `false`.
   */
  readonly renewLeases?: boolean | undefined
}

const hourMs = 3_600_000

/** The checks of {@link RunsOptions}. */
export const runsChecks: OptionChecks<RunsOptions<never>> = {
  owner: required(typed('function')),
  unfollowed: oneOf(['keep', 'stop']),
  // A node shows at times of a third of these that it lives.
  graceMs: wholeNumber({ most: longestDelayMs }),
  leaseMs: wholeNumber({ most: longestDelayMs }),
  maxDurationMs: wholeNumber(),
  keepMs: wholeNumber(),
  maxEvents: wholeNumber(),
  maxBytes: wholeNumber(),
  renewLeases: typed('boolean'),
}

/** The limits of runs with the defaults filled in. */
export function limitsOf(options: RunsOptions<never>): RunLimits {
  const { maxDurationMs = hourMs, keepMs = hourMs, maxEvents = 100_000, maxBytes = 64 * 1024 * 1024 } = options
  const { leaseMs = 10_000, graceMs = 30_000 } = options
  return { leaseMs, graceMs, maxDurationMs, keepMs, maxEvents, maxBytes }
}
