// node-mocks-http: requests and responses without a socket, whose `write` returns nothing.
import { EventEmitter } from 'node:events'
import type { RequestListener, ServerResponse } from 'node:http'
import { createRequest, createResponse, type MockResponse, type RequestOptions } from 'node-mocks-http'
import express from 'express'
import { expect, test } from 'vitest'
import { toNodeHandler } from '../../../src/adapters/node/index.ts'
import { until } from '../../support/server/asking.ts'
import { createHosted, type Hosted } from '../../support/server/hosted.ts'

type Response = MockResponse<ServerResponse>

/** What the mocks are passed to, and whether their emitters emit: by default they do not. */
interface Setting {
  readonly wrap: (handler: RequestListener) => RequestListener
  readonly emits: boolean
}

const settings: Record<string, Setting> = {
  'the listener': { wrap: (handler) => handler, emits: true },
  'the listener, without events,': { wrap: (handler) => handler, emits: false },
  Express: { wrap: (handler) => express().use(handler), emits: true },
}

/** Asks the server through mocks, and waits for the end of the answer. */
async function ask({ server }: Hosted, options: RequestOptions, { wrap, emits }: Setting): Promise<Response> {
  const request = createRequest(options)
  const response: Response = createResponse(emits ? { eventEmitter: EventEmitter } : {})
  wrap(toNodeHandler(server))(request, response)
  await until(() => response.writableEnded)
  return response
}

const headers = { 'content-type': 'application/json' }

test.each(Object.entries(settings))('%s answers mocks whole, and finishes', async (_, setting) => {
  const hosted = createHosted()
  const words = await ask(hosted, { method: 'POST', url: '/words', headers, body: { a: 'ä' } }, setting)
  expect(words._getData()).toBe('data: begin\n\ndata: {"a":"ä"}\n\ndata: zwölf €\n\n')
  expect(words.statusCode).toBe(200)
  expect(words.getHeader('content-type')).toBe('text/event-stream; charset=utf-8')
  const echo = await ask(hosted, { method: 'POST', url: '/echo', headers, body: { a: 'ä' } }, setting)
  expect(echo._getJSONData()).toEqual({ body: { a: 'ä' } })
  expect((await ask(hosted, { method: 'GET', url: '/native' }, setting))._getData()).toBe('native €')
  expect((await ask(hosted, { method: 'HEAD', url: '/native' }, setting))._getData()).toBe('')
  expect((await ask(hosted, { method: 'GET', url: '/missing' }, setting)).statusCode).toBe(404)
  await until(() => hosted.finishes.length === 5)
  expect(hosted.finishes.filter(({ outcome }) => outcome !== 'complete')).toHaveLength(1)
  expect(hosted.server.openStreams).toBe(0)
})

test('a stream waits for nobody, and a mock that closes is a reader that has left', async () => {
  const hosted = createHosted()
  const request = createRequest({ method: 'GET', url: '/waiting' })
  const response: Response = createResponse({ eventEmitter: EventEmitter })
  toNodeHandler(hosted.server)(request, response)
  await until(() => response._getData() === 'data: first\n\n')
  response.emit('close')
  await hosted.left
  await until(() => hosted.finishes.length === 1)
  expect(hosted.finishes).toMatchObject([{ outcome: 'left' }])
})

test('a response of Node that nobody has given a socket, as other mocks have it, finishes', async () => {
  const hosted = createHosted()
  const request = createRequest({ method: 'GET', url: '/own' })
  const response: Response = createResponse()
  toNodeHandler(hosted.server)(request, Object.assign(response, { socket: null }))
  await until(() => hosted.finishes.length === 1)
  expect(hosted.finishes).toMatchObject([{ outcome: 'complete' }])
})
