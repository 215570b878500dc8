// A clock that all processes of the benchmark share: the machine's monotonic clock. (`performance.now()` is the same
// clock, but starts at 0 in each process.)
const origin = Number(process.hrtime.bigint()) / 1e6 - performance.now()

/** The time in milliseconds, comparable between the processes of one machine. */
export function now() {
  return performance.now() + origin
}
