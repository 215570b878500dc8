// Streams in the console, for a page that shows no panel.
import type { InspectedEvent, InspectedStream, Inspection, InspectorRecord } from '../inspector-model/index.ts'

/** Prints what a record has changed; the inspection has it already. */
export function printRecord(record: InspectorRecord, inspection: Inspection): void {
  if (!('stream' in record)) return
  const stream = inspection.find(record.stream)
  if (stream === undefined) return
  const title = `${stream.opened.method} ${stream.opened.url}`
  if (record.kind === 'opened') print(title, 'opened')
  else if (record.kind === 'head') print(title, `${record.status} ${record.contentType}`)
  else if (record.kind === 'ended') print(title, record.outcome, `${stream.eventCount} events`, record.error ?? '')
  else if (record.kind === 'wrote')
    for (const event of newEvents(stream)) print(title, event.type, event.id ?? '', valueOf(event))
}

const printed = new WeakMap<InspectedStream, number>()

function newEvents(stream: InspectedStream): readonly InspectedEvent[] {
  const last = printed.get(stream) ?? 0
  printed.set(stream, stream.eventCount)
  return stream.events.filter(({ number }) => number > last)
}

/** What the console can fold, where the data is JSON. */
function valueOf({ data }: InspectedEvent): unknown {
  try {
    return JSON.parse(data)
  } catch {
    // It is text.
    return data
  }
}

/** The first argument is our own, so that the console replaces nothing in what comes from a stream. */
function print(...words: readonly unknown[]): void {
  console.log('[tidings]', ...words)
}
