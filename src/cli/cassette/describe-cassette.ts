// What a cassette holds, for people.
import type { Cassette } from '../../testing/index.ts'
import { describeBytes, describeMs } from '../terminal/duration.ts'

/** What a cassette holds, in a line. */
export function describeCassette({ chunks, end }: Cassette): string {
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.bytes.length, 0)
  const size = `${chunks.length} chunk${chunks.length === 1 ? '' : 's'}, ${describeBytes(bytes)}`
  return `${size} in ${describeMs(end.at)}; ${endings[end.how]}`
}

const endings = {
  complete: 'the stream ended',
  cut: 'the connection broke',
  left: 'the recording stopped before the end of the stream',
} as const
