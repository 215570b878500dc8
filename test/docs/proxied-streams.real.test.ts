// A stream behind each proxy as docs/deploying.md prints its configuration: what a reader gets, and what the handler is told.
import { connect } from 'node:http2'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { defineRoute, type AnyRoute } from '../../src/server/index.ts'
import { describeWith } from '../support/component/component.ts'
import { printed, startPrintedProxy, type ProxyName } from '../support/component/printed-proxy.ts'
import { examine, namesOf } from '../support/doctor/examine.ts'
import { createSound, timedFrame } from '../support/doctor/sound-server.ts'
import { FetchReader } from '../support/server/fetch-reader.ts'
import { listen } from '../support/server/listening.ts'
import { run } from '../support/server/running.ts'
import { createGate, type Gate } from '../support/time/gate.ts'

/** A stream that goes on when its reader has what came before. */
function createLive() {
  const seen = [createGate(), createGate()]
  const handler = async function* (): AsyncGenerator<string> {
    yield 'one'
    await seen[0]?.opened
    yield 'two'
    await seen[1]?.opened
    yield 'three'
  }
  const get = defineRoute({ method: 'GET', path: '/live', sse: true, handler })
  const post = defineRoute({ method: 'POST', path: '/live', body: { accept: ['text'] }, sse: true, handler })
  return { seen, routes: [get, post] }
}

/** A silent stream, with or without a heartbeat, that tells when its handler ends. */
function createSilent(heartbeatMs: number | false): { readonly left: Gate; readonly routes: readonly AnyRoute[] } {
  const left = createGate()
  const silent = defineRoute({
    method: 'GET',
    path: '/silent',
    sse: { heartbeatMs },
    handler: async function* (ctx) {
      try {
        yield 'begun'
        await ctx.sleep(600_000)
      } finally {
        left.open()
      }
    },
  })
  return { left, routes: [silent] }
}

/** What ends a silent connection after a second, added to a printed configuration; Caddy has no such limit. */
const impatient: Readonly<Partial<Record<ProxyName, (configuration: string) => string>>> = {
  apache2: (text) => text.replace('ProxyPreserveHost On', 'ProxyPreserveHost On\n  ProxyTimeout 1'),
  haproxy: (text) => text.replaceAll(/timeout (client|server) 60s/g, 'timeout $1 1s'),
  nginx: (text) => text.replace('proxy_connect_timeout 2s;', 'proxy_connect_timeout 2s;\nproxy_read_timeout 1s;'),
  varnish: (text) => text.replaceAll('.connect_timeout = 2s;', '.connect_timeout = 2s; .between_bytes_timeout = 1s;'),
}

/** How each takes HTTP/2 without TLS, where its configuration can say so. */
const overHttp2: Readonly<Partial<Record<ProxyName, (configuration: string) => string>>> = {
  apache2: (text) => text.replace('ProxyPreserveHost On', 'ProxyPreserveHost On\n  Protocols h2c http/1.1'),
  haproxy: (text) => text.replace('bind :8080', 'bind :8080 proto h2'),
  nginx: (text) => text.replace('listen 8080;', 'listen 8080 http2;'),
}

async function start(name: ProxyName, routes: readonly AnyRoute[], configuration?: string): Promise<string> {
  return startBefore(name, (await run(routes)).port, configuration)
}

/** Starts the proxy in front of a server that stands for both nodes. */
function startBefore(name: ProxyName, port: number, configuration = printed[name]): Promise<string> {
  return startPrintedProxy(name, configuration.replaceAll(/300[12]/g, String(port)))
}

for (const name of ['apache2', 'caddy', 'haproxy', 'nginx', 'varnish'] as const) {
  describeWith(name, `a stream behind ${name} as printed`, () => {
    test.each(['GET', 'POST'])('by %s passes on each event as it comes', async (method) => {
      const { seen, routes } = createLive()
      const body = method === 'POST' ? { body: 'text', headers: { 'content-type': 'text/plain' } } : {}
      const reader = await FetchReader.open(`${await start(name, routes)}/live`, { method, ...body })
      await reader.until('data: one\n\n')
      seen[0]?.open()
      await reader.until('data: two\n\n')
      seen[1]?.open()
      expect(await reader.ended()).toBe('data: one\n\ndata: two\n\ndata: three\n\n')
    })

    test('has the headers that it was sent with', async () => {
      const headed = defineRoute({
        method: 'GET',
        path: '/headed',
        sse: true,
        handler: async function* (ctx) {
          ctx.responseHeaders.set('x-one', 'two')
          ctx.setCookie('a', '1')
          ctx.setCookie('b', '2')
          yield 'one'
        },
      })
      const { headers } = await fetch(`${await start(name, [headed])}/headed`)
      expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
      expect(headers.get('cache-control')).toBe('no-cache, no-transform')
      expect(headers.get('x-one')).toBe('two')
      expect(headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    })

    test('tells its handler of a reader who leaves', async () => {
      const { left, routes } = createSilent(50)
      const reader = await FetchReader.open(`${await start(name, routes)}/silent`)
      await reader.until('data: begun\n\n')
      reader.leave()
      await left.opened
    })

    test('is one for each of two readers at a time', async () => {
      const { routes } = createSilent(false)
      const proxy = await start(name, routes)
      const readers = [await FetchReader.open(`${proxy}/silent`), await FetchReader.open(`${proxy}/silent`)]
      for (const reader of readers) await reader.until('data: begun\n\n')
      for (const reader of readers) reader.leave()
    })

    test('is as it should be, for the doctor', async () => {
      const { port } = await listen(createSound({ everyMs: 100, frame: timedFrame }))
      const findings = await examine(`${await startBefore(name, port)}/feed`)
      // nginx keeps the header to itself.
      expect(namesOf(findings)).toEqual(name === 'nginx' ? ['headers.x-accel-buffering'] : [])
    })

    const hurry = impatient[name]
    if (hurry !== undefined) {
      test('is kept open by its heartbeat, where the proxy ends silent ones', async () => {
        const { routes } = createSilent(200)
        const reader = await FetchReader.open(`${await start(name, routes, hurry(printed[name]))}/silent`)
        await reader.until(`data: begun\n\n${':\n'.repeat(12)}`)
        reader.leave()
      })

      test('is cut in silence without one', async () => {
        const { left, routes } = createSilent(false)
        const reader = await FetchReader.open(`${await start(name, routes, hurry(printed[name]))}/silent`)
        await reader.until('data: begun\n\n')
        await reader.ended().catch(() => {})
        await left.opened
      })
    }

    const http2 = overHttp2[name]
    if (http2 !== undefined) {
      test('comes over HTTP/2 event by event, where the proxy speaks it', async () => {
        const { seen, routes } = createLive()
        expect(http2(printed[name])).not.toBe(printed[name])
        const session = connect(await start(name, routes, http2(printed[name])))
        onTestFinished(() => session.destroy())
        const stream = session.request({ ':path': '/live', accept: 'text/event-stream' })
        let text = ''
        stream.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk
          if (text.includes('one')) seen[0]?.open()
          if (text.includes('two')) seen[1]?.open()
        })
        await once(stream, 'end')
        expect(text).toContain('data: three\n\n')
      })
    }
  })
}
