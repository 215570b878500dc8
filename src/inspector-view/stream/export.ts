// Streams as a file of NDJSON.
import type { InspectedStream } from '../../inspector-model/index.ts'

/** One line for each stream, with what is known of it, and after it one line for each of its events that are kept. */
export function toLines(streams: readonly InspectedStream[]): readonly string[] {
  return streams.flatMap((stream) => [
    toLine(headOf(stream)),
    ...stream.events.map((event) => toLine({ stream: stream.id, ...event })),
  ])
}

function toLine(value: object): string {
  return `${JSON.stringify(value)}\n`
}

function headOf(stream: InspectedStream): object {
  const { opened, head, ended, eventCount, forgottenCount, bytes } = stream
  return {
    ...opened,
    kind: 'stream',
    ...(head && { head: { at: head.at, status: head.status, contentType: head.contentType, headers: head.headers } }),
    ...(ended && { ended: { at: ended.at, outcome: ended.outcome, error: ended.error, durationMs: ended.durationMs } }),
    events: eventCount,
    notKept: forgottenCount,
    bytes,
  }
}

/** Has the browser save a text as a file. */
export function saveAs(name: string, lines: readonly string[]): void {
  const url = URL.createObjectURL(new Blob([...lines], { type: 'application/x-ndjson' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // Nothing tells when the browser has read it.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
