// serverless-http and @vendia/serverless-express: the events of AWS Lambda, whose answers are whole.
import type { RequestListener } from 'node:http'
import vendia from '@vendia/serverless-express'
import compression from 'compression'
import express from 'express'
import session from 'express-session'
import serverless from 'serverless-http'
import { describe, expect, test } from 'vitest'
import { toNodeHandler } from '../../../src/adapters/node/index.ts'
import { until } from '../../support/server/asking.ts'
import { createHosted } from '../../support/server/hosted.ts'

interface Answer {
  readonly statusCode: number
  readonly headers?: Record<string, unknown>
  readonly cookies?: readonly string[]
  readonly body: string
}
type Invoke = (event: object) => Promise<unknown>

const platforms: Record<string, (app: RequestListener) => Invoke> = {
  'serverless-http': (app) => {
    const handler = serverless(app)
    return (event) => handler(event, {})
  },
  '@vendia/serverless-express': (app) => {
    const handler = vendia({ app })
    return (event) => handler(event, {})
  },
}

const listeners: Record<string, (handler: RequestListener) => RequestListener> = {
  'the listener alone': (handler) => handler,
  Express: (handler) => express().use(handler),
  'Express, behind its parser, sessions and compression': (handler) =>
    express()
      .use(compression())
      .use(session({ secret: 's', resave: true, saveUninitialized: true }))
      .use(express.json())
      .use(handler),
}

/** An event of API Gateway, version 2. */
function toEvent(method: string, path: string, body?: string): object {
  return {
    version: '2.0',
    rawPath: path,
    rawQueryString: '',
    headers: { host: 'api.example', 'content-type': 'application/json' },
    requestContext: { http: { method, path, sourceIp: '1.2.3.4' }, stage: '$default' },
    isBase64Encoded: false,
    ...(body === undefined ? {} : { body }),
  }
}

function checkAnswer(value: unknown): Answer {
  expect(value).toMatchObject({ statusCode: expect.any(Number), body: expect.any(String) })
  return value as Answer
}

const cases = Object.entries(platforms).flatMap(([platform, make]) =>
  Object.entries(listeners).map(([listener, wrap]) => [platform, listener, make, wrap] as const),
)

describe.each(cases)('%s with %s', (_platform, _listener, make, wrap) => {
  test('answers are whole, bodies arrive, and every request finishes', async () => {
    const hosted = createHosted()
    const invoke = make(wrap(toNodeHandler(hosted.server)))
    const ask = async (method: string, path: string, body?: string): Promise<Answer> =>
      checkAnswer(await invoke(toEvent(method, path, body)))

    const words = await ask('POST', '/words', '{"a":"ä"}')
    expect(words.body).toBe('data: begin\n\ndata: {"a":"ä"}\n\ndata: zwölf €\n\n')
    expect(words.headers).toMatchObject({ 'content-type': 'text/event-stream; charset=utf-8' })
    expect(JSON.parse((await ask('POST', '/echo', '{"a":"ä"}')).body)).toEqual({ body: { a: 'ä' } })
    expect((await ask('GET', '/native')).body).toBe('native €')
    const own = await ask('GET', '/own')
    expect(JSON.stringify([own.cookies, own.headers])).toContain('ours=1')
    expect(JSON.parse(own.body)).toEqual({ own: true })
    await until(() => hosted.finishes.length === 4)
    expect(hosted.finishes.map(({ outcome }) => outcome)).toEqual(['complete', 'complete', 'complete', 'complete'])
    expect(hosted.server.openStreams).toBe(0)
  })

  test('errors are answers of JSON, and the address is that of the event', async () => {
    const hosted = createHosted()
    const invoke = make(wrap(toNodeHandler(hosted.server)))
    const missing = checkAnswer(await invoke(toEvent('GET', '/missing')))
    expect(missing.statusCode).toBe(404)
    expect(JSON.parse(missing.body)).toEqual({ code: 404, message: 'None.' })
    expect(checkAnswer(await invoke(toEvent('POST', '/echo', '{'))).statusCode).toBe(400)
    await until(() => hosted.finishes.length > 0)
    expect(hosted.finishes[0]?.ctx.remoteAddress).toBe('1.2.3.4')
  })
})
