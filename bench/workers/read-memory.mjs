// The memory of this process.
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Bytes after full garbage collections, whose pauses let finalizers run and sockets close: those of the heap and what belongs to
 * it, and those of the whole process.
 */
export async function readMemory() {
  for (let pass = 0; pass < 3; pass += 1) {
    globalThis.gc()
    await sleep(50)
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  return { resident: rss, heap: heapUsed + external }
}
