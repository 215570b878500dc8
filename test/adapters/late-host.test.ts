// A host that waits for something of its own before it calls the server: readers leave meanwhile.
import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { connect, createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import { expect, onTestFinished, test } from 'vitest'
import { toNodeHandler, type NodeHandler } from '../../src/adapters/node/index.ts'
import { defineRoute, Server, type Finish } from '../../src/server/index.ts'
import { cert, key } from '../support/server/certificate.ts'
import { listen } from '../support/server/listening.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { createGate } from '../support/time/gate.ts'

/** A request whose reader has left; it calls a handler with it. */
type Left = (handler: NodeHandler) => void

async function leaveHttp1(): Promise<Left> {
  const left = createGate<Left>()
  const listener: RequestListener = (request, response) => {
    response.on('close', () => left.open((handler) => handler(request, response)))
    client.leave()
  }
  const client = await RawClient.open((await listen(listener)).port)
  client.request('GET /x HTTP/1.1')
  return left.opened
}

async function leavePipelined(): Promise<Left> {
  const left = createGate<Left>()
  const listener: RequestListener = (request, response) => {
    if (request.url === '/first') return
    request.socket.on('close', () => left.open((handler) => handler(request, response)))
    client.leave()
  }
  const client = await RawClient.open((await listen(listener)).port)
  client.request('GET /first HTTP/1.1').request('GET /x HTTP/1.1')
  return left.opened
}

async function leaveHttp2(): Promise<Left> {
  const left = createGate<Left>()
  const listener = (request: Http2ServerRequest, response: Http2ServerResponse): void => {
    response.on('close', () => left.open((handler) => handler(request, response)))
    stream.close()
  }
  const host = createSecureServer({ key, cert }, listener).listen(0, '127.0.0.1')
  await once(host, 'listening')
  const address = host.address()
  const session = connect(`https://127.0.0.1:${typeof address === 'object' && address?.port}`, { ca: cert })
  onTestFinished(() => {
    session.destroy()
    host.close()
  })
  const stream = session.request({ ':path': '/x' }).on('error', () => {})
  return left.opened
}

const readers = [
  ['HTTP/1', leaveHttp1],
  ['HTTP/1, pipelined', leavePipelined],
  ['HTTP/2', leaveHttp2],
] as const

test.each(readers)('over %s a reader that has left already is not served, and onFinish is told', async (_, leave) => {
  const finishes: Finish[] = []
  let starts = 0
  const route = defineRoute({
    method: 'GET',
    path: '/x',
    sse: true,
    handler: async function* (ctx) {
      starts += 1
      yield 'first'
      await ctx.sleep(600_000)
    },
  })
  const server = new Server([route], { onFinish: (finish) => void finishes.push(finish) })
  onTestFinished(() => server.close({ drainMs: 0 }))
  const handler = toNodeHandler(server)
  const callWith = await leave()
  callWith(handler)
  expect(finishes).toMatchObject([{ outcome: 'left', route: '/x' }])
  expect(server.openStreams).toBe(0)
  expect(starts).toBe(0)
})

test.each(readers)('over %s any other function gets a request that is aborted already', async (_, leave) => {
  const requests: Request[] = []
  const handler = toNodeHandler({
    fetch: (request) => {
      requests.push(request)
      return new Response('nobody reads this')
    },
  })
  const callWith = await leave()
  callWith(handler)
  expect(requests.map(({ signal }) => signal.aborted)).toEqual([true])
})
