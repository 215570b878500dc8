// Records for tests.
import type {
  EndedRecord,
  HeadRecord,
  InspectorRecord,
  OpenedRecord,
  WroteRecord,
} from '../../../src/inspector-model/index.ts'

/** A stream that was asked for. */
export function opened(stream: string, more: Partial<OpenedRecord> = {}): OpenedRecord {
  return { kind: 'opened', at: 1000, stream, source: 'server', method: 'GET', url: `/${stream}`, ...more }
}

/** The head of its answer. */
export function head(stream: string, more: Partial<HeadRecord> = {}): HeadRecord {
  return { kind: 'head', at: 1100, stream, status: 200, contentType: 'text/event-stream', ...more }
}

/** A piece of it. */
export function wrote(stream: string, text: string, more: Partial<WroteRecord> = {}): WroteRecord {
  return { kind: 'wrote', at: 1200, stream, text, events: 0, bytes: new TextEncoder().encode(text).length, ...more }
}

/** Its end. */
export function ended(stream: string, more: Partial<EndedRecord> = {}): EndedRecord {
  return { kind: 'ended', at: 2000, stream, outcome: 'complete', events: 0, bytes: 0, durationMs: 1000, ...more }
}

/** A record of every kind, with all of its fields. */
export const everyKind = {
  opened: opened('s', {
    route: '/:id',
    who: 'ada',
    lastEventId: '7',
    requestHeaders: { accept: 'text/event-stream' },
    requestBody: '{}',
  }),
  head: head('s', { headers: { 'content-type': 'text/event-stream' } }),
  wrote: wrote('s', 'data: 1\n\n'),
  blocked: { kind: 'blocked', at: 1300, stream: 's', bufferedBytes: 70_000 },
  flowing: { kind: 'flowing', at: 1400, stream: 's' },
  ended: ended('s', { outcome: 'failed', error: 'no more' }),
  forgot: { kind: 'forgot', stream: 's', events: 2, bytes: 20 },
  topics: { kind: 'topics', at: 1500, topics: [{ name: 'news', readers: 2, position: 'e.7.n' }] },
  runs: { kind: 'runs', at: 1500, runs: [{ id: 'r1', state: 'running', route: '/chat', leaseMs: 900 }] },
  journals: { kind: 'journals', at: 1500, journals: [{ name: 'sqlite', reads: 1, p99Ms: 0.4, note: null }] },
} as const satisfies Record<string, InspectorRecord>
