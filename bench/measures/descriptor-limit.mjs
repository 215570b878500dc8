// The limit of open sockets in a process of the benchmark.
import { execFileSync } from 'node:child_process'

/** The number of files that a child of this process may open; infinite if there is no `ulimit`. */
export function readDescriptorLimit() {
  try {
    const limit = Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }))
    return Number.isNaN(limit) ? Number.POSITIVE_INFINITY : limit // `unlimited`
  } catch {
    return Number.POSITIVE_INFINITY // Windows: no shell and no such limit
  }
}
