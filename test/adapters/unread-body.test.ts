// What a handler leaves of an upload must not stop the connection: the next request on it is served.
import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { toNodeHandler } from '../../src/adapters/node/index.ts'
import { defineRoute, err, Server, type Context } from '../../src/server/index.ts'
import { untyped } from '../support/server/asking.ts'
import { createGate } from '../support/time/gate.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { listen } from '../support/server/listening.ts'

const size = 3_000_000

const uploads: Readonly<Record<string, (client: RawClient) => unknown>> = {
  'with its length': ({ socket }) => {
    socket.write(`POST /upload HTTP/1.1\r\nHost: h\r\nContent-Length: ${size}\r\n\r\n`)
    socket.write('x'.repeat(size))
  },
  'in chunks': ({ socket }) => {
    socket.write('POST /upload HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n')
    for (let sent = 0; sent < size; sent += 10_000) socket.write(`2710\r\n${'x'.repeat(10_000)}\r\n`)
    socket.write('0\r\n\r\n')
  },
}

const readers: Readonly<Record<string, (ctx: Context) => Promise<unknown> | undefined>> = {
  'does not read': () => undefined,
  'cancels after its first chunk': async ({ request }) => {
    const reader = request.body?.getReader()
    await reader?.read()
    await reader?.cancel()
  },
  'reads one chunk of': async ({ request }) => {
    await request.body?.getReader().read()
  },
  'breaks off the iteration of': async ({ request }) => {
    for await (const _chunk of request.body ?? []) break
  },
  tees: async ({ request }) => {
    const [one] = request.body?.tee() ?? []
    await one?.getReader().read()
  },
}

const mounts: Readonly<Record<string, (server: Server) => Parameters<typeof toNodeHandler>[0]>> = {
  'a server': (server) => server,
  'a fetch function': (server) => ({ fetch: (request) => server.fetch(request) }),
}

describe.each(Object.entries(mounts))('in a mount of %s', (_mount, mount) => {
  describe.each(Object.entries(uploads))('an upload %s', (_upload, upload) => {
    test.each(Object.entries(readers))('that a handler %s lets the next request come', async (_, read) => {
      const answering = defineRoute({
        method: 'POST',
        path: '/upload',
        body: { maxBytes: false },
        handler: async (ctx) => {
          await read(ctx)
          return 'answered'
        },
      })
      const next = defineRoute({ method: 'GET', path: '/next', handler: () => 'served' })
      const { port } = await listen(toNodeHandler(mount(new Server([answering, next]))))
      const client = await RawClient.open(port)
      upload(client)
      await client.until('answered')
      client.request('GET /next HTTP/1.1')
      expect(await client.until('served')).not.toContain(' 500 ')
      client.leave()
    })

    test('beyond the limit lets it come, too', async () => {
      const small = defineRoute({
        method: 'POST',
        path: '/upload',
        body: { maxBytes: 100 },
        handler: async ({ bytes }) => (await bytes()).length,
      })
      const next = defineRoute({ method: 'GET', path: '/next', handler: () => 'served' })
      const { port } = await listen(toNodeHandler(mount(new Server([small, next]))))
      const client = await RawClient.open(port)
      upload(client)
      await client.until(' 413 ')
      client.request('GET /next HTTP/1.1')
      await client.until('served')
      client.leave()
    })
  })
})

test('what is read of an upload after the answer is an error, never a body that looks whole', async () => {
  const late = createGate<unknown>()
  const sent = createGate()
  const route = defineRoute({
    method: 'POST',
    path: '/upload',
    body: { maxBytes: false },
    handler: async ({ request }) => {
      const reader = request.body?.getReader()
      await reader?.read()
      const readOn = async (): Promise<void> => {
        await sent.opened
        for (;;) if ((await reader?.read())?.done) return
      }
      readOn().then(
        () => late.open('whole'),
        (error: unknown) => late.open(error),
      )
      return 'answered'
    },
  })
  const server = new Server([route], { onFinish: () => sent.open() })
  const { port } = await listen(toNodeHandler(server))
  const client = await RawClient.open(port)
  client.socket.write(`POST /upload HTTP/1.1\r\nHost: h\r\nContent-Length: ${size}\r\n\r\n`)
  client.socket.write('x'.repeat(size / 2))
  await client.until('answered')
  client.socket.write('x'.repeat(size / 2))
  expect(await late.opened).toMatchObject({ code: 'ERR_ROUTE' })
  client.leave()
})

test.each([
  ['is refused for its length', (ctx: Context) => ctx.bytes()],
  ['is refused by a guard', () => Promise.reject(err.unauthorized())],
  ['is read in part', async ({ request }: Context) => void (await request.body?.getReader().read())],
  ['is answered by nothing', async () => undefined],
  ['is answered by a Response', async () => new Response(new Blob(['own']).stream())],
])('an upload over a connection that closes, which %s, gets its answer, and no reset', async (_, read) => {
  const route = untyped({ method: 'POST', path: '/upload', body: { maxBytes: 100_000 }, handler: read })
  const server = new Server([route])
  for (const mount of Object.values(mounts)) {
    const { port } = await listen(toNodeHandler(mount(server)))
    const socket = connect(port, '127.0.0.1')
    const errors: unknown[] = []
    let text = ''
    socket.on('error', (error) => errors.push(error)).on('data', (data: Buffer) => (text += data.toString()))
    socket.write(`POST /upload HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: ${2 * size}\r\n\r\n`)
    // Half of it is on its way when the answer comes.
    socket.write('x'.repeat(size))
    while (!text.includes('HTTP/1.1 ')) await once(socket, 'data')
    socket.write('x'.repeat(size))
    await once(socket, 'close')
    expect(errors).toEqual([])
    expect(text).toMatch(/^HTTP\/1\.1 (200|204|401|413) /)
  }
})
