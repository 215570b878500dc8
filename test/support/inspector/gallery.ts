// Streams of every kind, for what looks at the view as a whole.
import type { InspectorRecord } from '../../../src/inspector-model/index.ts'
import { ended, head, opened, wrote } from './records.ts'

const at = Date.UTC(2026, 10, 30, 9, 30, 0)

/** A stream with events of several types, at times that are apart. */
function chat(stream: string, count: number): InspectorRecord[] {
  const words = 'The quick brown fox jumps over the lazy dog while everybody reads along'.split(' ')
  const events = Array.from({ length: count }, (_, index) =>
    wrote(
      stream,
      `id: ${stream}.${index + 1}\nevent: ${index % 5 === 4 ? 'usage' : 'delta'}\ndata: ${JSON.stringify({
        type: 'text-delta',
        delta: words[index % words.length],
        index,
        choices: [{ index: 0, delta: { content: words[index % words.length], role: null } }],
        usage: { total: index * 3, cached: false },
      })}\n\n`,
      { at: at + 420 + index * 40 },
    ),
  )
  return [
    opened(stream, {
      at,
      source: 'server',
      method: 'POST',
      url: '/api/chat/c-81a?model=large',
      route: '/api/chat/:id',
      who: 'ada@example.com',
      requestHeaders: { accept: 'text/event-stream', authorization: '[redacted]', 'content-type': 'application/json' },
      requestBody: '{"messages":[{"role":"user","content":"It\'s me"}]}',
    }),
    head(stream, {
      at: at + 120,
      headers: {
        'content-type': 'text/event-stream',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
      },
    }),
    wrote(stream, 'retry: 2000\n: hi\n\n', { at: at + 121 }),
    ...events,
  ]
}

/** Every state that a stream can be in, and rows of every kind. */
export const gallery: readonly InspectorRecord[] = [
  opened('done', { at: at - 9000, url: '/events?since=2', who: 'curl', lastEventId: '17' }),
  head('done', { at: at - 8990 }),
  wrote('done', 'event: tidings:open\nid: e.18.a\ndata: {}\n\ndata: one line\ndata: and another\n\n', {
    at: at - 8900,
  }),
  ended('done', { at: at - 1000, durationMs: 8000 }),
  opened('failed', { at: at - 5000, source: 'fetch', method: 'POST', url: 'https://api.example/v1/responses' }),
  head('failed', { at: at - 4700, contentType: 'application/x-ndjson' }),
  wrote('failed', '{"n":1}\n\n{"n":2}\nnope\n', { at: at - 4500 }),
  ended('failed', {
    at: at - 4000,
    outcome: 'interrupted',
    error: 'network error: the connection was reset',
    durationMs: 1000,
  }),
  opened('left', { at: at - 4000, source: 'event-source', url: '/prices' }),
  head('left', { at: at - 3900 }),
  wrote(
    'left',
    'event: tidings:gap\nid: e.90.b\ndata: {"from":"e.20.a","to":"e.90.b"}\n\nevent: price\ndata: {"eur":1.07}\n\n',
    {
      at: at - 3800,
    },
  ),
  ended('left', { at: at - 2000, outcome: 'reader left', durationMs: 2000 }),
  opened('slow', {
    at: at - 3000,
    source: 'node',
    url: '/export/all-of-it-and-more/with-a-long-path/that/does/not/fit',
  }),
  head('slow', { at: at - 2900 }),
  wrote('slow', 'data: {"rows":[1,2,3]}\n\n', { at: at - 2000 }),
  { kind: 'blocked', at: at - 1000, stream: 'slow', bufferedBytes: 262_144 },
  { kind: 'forgot', stream: 'slow', events: 1200, bytes: 90_000 },
  opened('waiting', { at: at + 100, source: 'fetch', url: 'https://slow.example/stream' }),
  ...chat('chat', 60),
  {
    kind: 'topics',
    at,
    topics: [
      { name: 'news', readers: 12, position: 'k3v9.1042.x1', published: 1042, bytes: 88_211 },
      { name: 'prices/eur', readers: 0, position: 'q8a1.7.b2', published: 7, bytes: 412 },
    ],
  },
  {
    kind: 'runs',
    at,
    runs: [
      { id: 'r-91', route: '/api/chat/:id', state: 'running', owner: 'ada', node: 'n1', leaseMs: 9200 },
      { id: 'r-90', route: '/api/chat/:id', state: 'ended', owner: 'ada', node: 'n2', leaseMs: null },
    ],
  },
  {
    kind: 'journals',
    at,
    journals: [{ name: 'redis', reads: 1042, appends: 311, errors: 0, p50Ms: 0.41, p99Ms: 3.2 }],
  },
]
