// The same routes inside other frameworks: each mount passes the same tests.
import { expect, test } from 'vitest'
import { startExample } from './running-example.ts'
import { jsonRequest, readStream } from './stream-reader.ts'

const mounts = [
  { file: '11-express.mjs', own: 'Express answers here.' },
  { file: '12-fastify.mjs', own: 'Fastify answers here.' },
  { file: '13-hono.mjs', own: 'Hono answers here.' },
  { file: '14-h3.mjs', own: 'h3 answers here.' },
  { file: '15-node-http.mjs', own: 'node:http answers here.' },
  { file: '22-koa.mjs', own: 'Koa answers here.' },
]

test.each(mounts)('$file streams, reads bodies, and leaves the other paths alone', async ({ file, own }) => {
  const { url, origin } = await startExample(file)
  const stream = await readStream(url)
  expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  await stream.until('{"count":1}')
  // The first event comes on its own: nothing between the handler and here gathers them.
  expect(stream.text).not.toContain('{"count":3}')
  expect(await stream.ended()).toBe('data: {"count":1}\n\ndata: {"count":2}\n\ndata: {"count":3}\n\n')

  const echo = await fetch(`${origin}/live/echo`, jsonRequest({ deep: [1, { two: 'zwei' }] }))
  expect(await echo.json()).toEqual({ echo: { deep: [1, { two: 'zwei' }] } })
  expect(await (await fetch(`${origin}/`)).text()).toBe(own)
})

test('12-fastify.mjs keeps the headers that plugins have set, on streams and on answers', async () => {
  const { url, origin } = await startExample('12-fastify.mjs')
  const stream = await readStream(url)
  await stream.ended()
  const echo = await fetch(`${origin}/live/echo`, jsonRequest(1))
  const allowed = [stream.response, echo].map(({ headers }) => headers.get('access-control-allow-origin'))
  expect(allowed).toEqual(['https://app.example', 'https://app.example'])
})
