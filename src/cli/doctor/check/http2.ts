// Whether a browser may open more than six of these streams.
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2'
import { connect as connectSecure } from 'node:tls'
import { defineCheck, ok, type Check, type Observation } from '../finding.ts'
import type { Subject } from '../examination.ts'

type Code = 'plain' | 'http1-only' | 'fails' | 'ok'

/** Asks which protocols the server speaks (ALPN), and for the stream over HTTP/2. */
export const http2Check: Check = defineCheck<Code>({
  name: 'http2',
  verdicts: {
    plain: {
      level: 'note',
      title: 'Without TLS a browser opens at most six streams to this origin',
      why: 'Browsers speak HTTP/2 over TLS only, and open six connections to an origin over HTTP/1.1. A seventh tab with a stream waits for ever.',
      mend: 'Serve the stream over https with HTTP/2 (a proxy can do it), or share one stream among the tabs.',
    },
    'http1-only': {
      level: 'warning',
      title: 'The server speaks HTTP/1.1 only: a browser opens at most six streams to this origin',
      why: 'A seventh tab with a stream waits for ever, and so does every other request of the page to that origin.',
      mend: 'Turn on HTTP/2 in the proxy or the server, or share one stream among the tabs.',
    },
    fails: {
      level: 'fault',
      title: 'The server offers HTTP/2, but the stream fails over it',
      why: 'Browsers take HTTP/2 whenever it is offered. A usual cause are headers of HTTP/1.1 (Connection, Keep-Alive, Transfer-Encoding), which are errors in HTTP/2.',
      mend: 'Leave those headers out, or turn HTTP/2 off.',
    },
    ok: ok('The stream is there over HTTP/2: browsers open as many as they like'),
  },
  look: async ({ subject }) => {
    if (subject.url.protocol === 'http:') return [{ code: 'plain', evidence: 'http:' }]
    const protocol = await negotiate(subject)
    if (protocol !== 'h2') return [{ code: 'http1-only', evidence: `ALPN: ${protocol}` }]
    return [await askOverHttp2(subject)]
  },
})

const timeoutMs = 5000
/** Headers of one connection, which HTTP/2 does not have. */
const ofHttp1 = new Set(['connection', 'host', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'])

function negotiate({ url, insecure, signal }: Subject): Promise<string> {
  return new Promise((resolve) => {
    const port = Number(url.port === '' ? 443 : url.port)
    const host = url.hostname.replaceAll(/^\[|\]$/g, '')
    // An address is no server name (RFC 6066).
    const name = /[a-z]/i.test(host) && !host.includes(':') ? { servername: host } : {}
    const socket = connectSecure({
      host,
      port,
      ...name,
      ALPNProtocols: ['h2', 'http/1.1'],
      rejectUnauthorized: !insecure,
    })
    const finish = (protocol: string): void => {
      socket.destroy()
      signal.removeEventListener('abort', leave)
      resolve(protocol)
    }
    const leave = (): void => finish('not asked')
    signal.addEventListener('abort', leave, { once: true })
    socket.setTimeout(timeoutMs, () => finish('no answer'))
    socket.once('secureConnect', () =>
      finish(socket.alpnProtocol === false || socket.alpnProtocol === null ? 'none' : socket.alpnProtocol),
    )
    socket.once('error', ({ message }) => finish(message))
  })
}

async function askOverHttp2(subject: Subject): Promise<Observation<Code>> {
  const session = connectHttp2(subject.url.origin, { rejectUnauthorized: !subject.insecure })
  const leave = (): void => session.destroy()
  subject.signal.addEventListener('abort', leave, { once: true })
  try {
    const answer = await headOf(session, subject)
    const isRight = answer === 'status 200'
    return { code: isRight ? 'ok' : 'fails', evidence: `ALPN: h2, ${answer}` }
  } finally {
    subject.signal.removeEventListener('abort', leave)
    session.destroy()
  }
}

function headOf(session: ClientHttp2Session, { url, method, headers, body }: Subject): Promise<string> {
  return new Promise((resolve) => {
    session.once('error', ({ message }) => resolve(message))
    session.once('close', () => resolve('the connection was closed'))
    session.setTimeout(timeoutMs, () => resolve('no answer'))
    const request = session.request({
      accept: 'text/event-stream',
      'cache-control': 'no-cache',
      ...Object.fromEntries(Object.entries(headers).filter(([name]) => !ofHttp1.has(name))),
      ':method': method,
      ':path': `${url.pathname}${url.search}`,
    })
    request.once('response', (head) => resolve(`status ${String(head[':status'])}`))
    // After the answer the session is destroyed, with whatever error that makes of the request.
    request.on('error', ({ message }) => resolve(message))
    request.end(body)
  })
}
