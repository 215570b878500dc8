// One clock for all processes of the benchmark: the machine's monotonic one, which `performance.now()` counts from another origin.
const origin = Number(process.hrtime.bigint()) / 1e6 - performance.now()

/** Milliseconds; comparable between processes of one machine. */
export function now() {
  return performance.now() + origin
}
