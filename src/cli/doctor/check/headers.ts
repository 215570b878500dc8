// The headers of the stream: its type, and what they tell caches and proxies to do with it.
import { defineCheck, ok, quote, type Check, type Observation } from '../finding.ts'
import type { Exchange } from '../wire/exchange.ts'

type Code =
  | 'content-type'
  | 'charset'
  | 'content-length'
  | 'cacheable'
  | 'cache-control'
  | 'no-transform'
  | 'incremental'
  | 'x-accel-buffering'
  | 'ends-with-connection'
  | 'connection-close'
  | 'ok'

/** Looks at the headers of the response. */
export const headersCheck: Check = defineCheck<Code>({
  name: 'headers',
  verdicts: {
    'content-type': {
      level: 'fault',
      title: 'The Content-Type is not text/event-stream',
      why: 'An EventSource closes for good when it is another one, and proxies and compressors know a stream by it.',
      mend: 'Send `Content-Type: text/event-stream`.',
    },
    charset: {
      level: 'fault',
      title: 'The Content-Type names a charset other than UTF-8',
      why: 'Event streams are always decoded as UTF-8, whatever the charset says: other characters arrive broken.',
      mend: 'Encode as UTF-8, and leave the charset out or say `charset=utf-8`.',
    },
    'content-length': {
      level: 'fault',
      title: 'The stream has a Content-Length',
      why: 'Its length was known before its head was sent: it was collected first and does not stream, or readers stop in its middle.',
      mend: 'Do not collect the body. Let HTTP frame it (chunked in HTTP/1.1).',
    },
    cacheable: {
      level: 'fault',
      title: 'Cache-Control allows caches to keep the stream',
      why: 'A cache may answer a reader with the events of another one, or with old ones.',
      mend: 'Send `Cache-Control: no-cache, no-transform` or `no-store`.',
    },
    'cache-control': {
      level: 'warning',
      title: 'There is no Cache-Control with no-cache or no-store',
      why: 'Caches decide by themselves. Varnish as it is shipped lets a second reader join the stream of the first, and replays it to a third.',
      mend: 'Send `Cache-Control: no-cache, no-transform`.',
    },
    'no-transform': {
      level: 'note',
      title: 'Cache-Control does not say no-transform',
      why: 'Compressing middleware and proxies (`compression` for Express, HAProxy, development servers) may pack the stream, and most of them hold events back.',
      mend: 'Send `Cache-Control: no-cache, no-transform`.',
    },
    incremental: {
      level: 'note',
      title: 'There is no Incremental: ?1',
      why: 'The standard way to ask proxies not to buffer a response (the draft Incremental HTTP Messages of the IETF). Few know it yet.',
      mend: 'Send `Incremental: ?1`.',
    },
    'x-accel-buffering': {
      level: 'note',
      title: 'There is no X-Accel-Buffering: no',
      why: 'Without it nginx holds events back until 4 to 8 kB have come or the stream ends. A nginx in between removes the header, so behind one this says nothing: see the check `arrival`.',
      mend: 'Send `X-Accel-Buffering: no`. With two nginx in a row set `proxy_pass_header X-Accel-Buffering` in the inner one.',
    },
    'ends-with-connection': {
      level: 'warning',
      title: 'The end of the stream is marked by nothing but the end of the connection',
      why: 'A reader cannot tell a stream that was cut from one that is complete.',
      mend: 'Answer in HTTP/1.1 with chunks, or in HTTP/2. Behind nginx set `proxy_http_version 1.1`.',
    },
    'connection-close': {
      level: 'note',
      title: 'The server closes the connection after the stream',
      why: 'Each reconnect pays for another connection (and TLS handshake).',
      mend: 'Leave `Connection: close` out; it must not be sent over HTTP/2 at all.',
    },
    ok: ok('Type, caching and proxies: the headers say what they should'),
  },
  look: ({ plain }) => {
    const found = [...typeOf(plain), ...framingOf(plain), ...cachingOf(plain), ...bufferingOf(plain)]
    return found.length > 0 ? found : [{ code: 'ok', evidence: shown(plain, 'cache-control') }]
  },
})

type Found = readonly Observation<Code>[]

function shown({ headers }: Exchange, name: string): string {
  const value = headers.get(name)
  return value === undefined ? `no ${name}` : `${name}: ${quote(value)}`
}

function typeOf(plain: Exchange): Found {
  const contentType = (plain.headers.get('content-type') ?? '').toLowerCase()
  const evidence = shown(plain, 'content-type')
  if (contentType.split(';')[0]?.trim() !== 'text/event-stream') return [{ code: 'content-type', evidence }]
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/.exec(contentType)?.[1] ?? 'utf-8'
  return charset === 'utf-8' || charset === 'utf8' ? [] : [{ code: 'charset', evidence }]
}

function framingOf(plain: Exchange): Found {
  const found: Observation<Code>[] = []
  if (plain.headers.has('content-length')) {
    found.push({ code: 'content-length', evidence: shown(plain, 'content-length') })
  } else if (!plain.headers.has('transfer-encoding')) {
    const evidence = `HTTP/${plain.httpVersion}, no transfer-encoding, no content-length`
    return [{ code: 'ends-with-connection', evidence }]
  }
  if (/\bclose\b/i.test(plain.headers.get('connection') ?? '')) {
    found.push({ code: 'connection-close', evidence: shown(plain, 'connection') })
  }
  return found
}

function cachingOf(plain: Exchange): Found {
  const cacheControl = (plain.headers.get('cache-control') ?? '').toLowerCase()
  const evidence = shown(plain, 'cache-control')
  const isFresh = /\bno-(?:cache|store)\b/.test(cacheControl)
  if (!isFresh && /\bpublic\b|\b(?:s-maxage|max-age)=[1-9]/.test(cacheControl)) return [{ code: 'cacheable', evidence }]
  if (!isFresh) return [{ code: 'cache-control', evidence }]
  return /\bno-transform\b/.test(cacheControl) ? [] : [{ code: 'no-transform', evidence }]
}

function bufferingOf(plain: Exchange): Found {
  const found: Observation<Code>[] = []
  if (plain.headers.get('incremental')?.trim() !== '?1') {
    found.push({ code: 'incremental', evidence: shown(plain, 'incremental') })
  }
  if (plain.headers.get('x-accel-buffering')?.trim().toLowerCase() !== 'no') {
    const evidence = `${shown(plain, 'x-accel-buffering')}, ${shown(plain, 'server')}`
    found.push({ code: 'x-accel-buffering', evidence })
  }
  return found
}
