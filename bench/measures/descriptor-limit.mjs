// How many sockets a process of the benchmark may have.
import { execFileSync } from 'node:child_process'

/** Open files that a child of this process may have; no limit where there is no such thing as `ulimit`. */
export function readDescriptorLimit() {
  try {
    const limit = Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }))
    return Number.isNaN(limit) ? Number.POSITIVE_INFINITY : limit // `unlimited`
  } catch {
    return Number.POSITIVE_INFINITY // Windows: no shell and no such limit
  }
}
