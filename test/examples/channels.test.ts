// The examples of topics: in Tidings, and in other frameworks, with the same readers.
import { expect, test } from 'vitest'
import { startExample } from './running-example.ts'
import { jsonRequest, readStream, type StreamReader } from './stream-reader.ts'

const eventSource = { accept: 'text/event-stream', 'cache-control': 'no-cache' }

async function publish(url: string, status: string): Promise<string> {
  const response = await fetch(url, jsonRequest({ status }))
  expect(response.status).toBe(200)
  const { id, duplicate }: { id?: unknown; duplicate?: unknown } = Object(await response.json())
  expect(duplicate).toBe(false)
  return String(id)
}

async function open(url: string, headers: Record<string, string> = eventSource): Promise<StreamReader> {
  const stream = await readStream(url, { headers })
  await stream.until(headers['last-event-id'] === undefined ? 'tidings:open\ndata: {}\n\n' : ':\n')
  return stream
}

test.each(['17-channels.mjs', '18-channels-hono.mjs', '19-channels-h3.mjs', '20-channels-node-http.mjs'])(
  '%s: all readers get what is published; those who come back, what they have missed',
  async (file) => {
    const { url } = await startExample(file)
    const [one, two] = [await open(url), await open(url)]
    expect(one.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8; tidings=1')
    const first = await publish(url, 'ordered')
    const frame = `id: ${first}\nevent: order\ndata: {"status":"ordered"}\n\n`
    expect(await one.until('ordered"}\n\n')).toMatch(new RegExp(`tidings:open\ndata: \\{\\}\n\n${frame}$`))
    expect(await two.until('ordered"}\n\n')).toContain(frame)
    one.leave()
    const second = await publish(url, 'paid')
    await two.until('paid')

    const expected = `id: ${second}\nevent: order\ndata: {"status":"paid"}\n\n`
    const back = await open(url, { ...eventSource, 'last-event-id': first })
    expect(await back.until('paid"}\n\n')).toMatch(new RegExp(`:\n${expected}$`))
    const reloaded = await readStream(`${url}?lastEventId=${first}`)
    expect(await reloaded.until('paid"}\n\n')).toMatch(new RegExp(`:\n${expected}$`))
    expect((await fetch(url, { headers: { ...eventSource, 'last-event-id': `${second}~end` } })).status).toBe(204)
  },
)

test('17: the same key again is no second order, and what fits no schema is a 400', async () => {
  const { url, origin } = await startExample('17-channels.mjs')
  const headers = { 'content-type': 'application/json', 'idempotency-key': 'a' }
  const once = { ...jsonRequest({ status: 'ordered' }), headers }
  const first: unknown = await (await fetch(url, once)).json()
  expect(await (await fetch(url, once)).json()).toEqual({ ...Object(first), duplicate: true })
  expect((await fetch(url, jsonRequest({ status: '' }))).status).toBe(400)
  expect(await (await fetch(origin)).text()).toContain('new EventSource')
})

test('20: by hand, a plain reader gets the events and nothing else', async () => {
  const { url, origin } = await startExample('20-channels-node-http.mjs')
  const stream = await readStream(`${origin}/by-hand`)
  await stream.until(':\n')
  const watcher = await open(url)
  const id = await publish(url, 'ordered')
  await watcher.until('ordered')
  expect(await stream.until('ordered"}\n\n')).toBe(`:\nid: ${id}\nevent: order\ndata: {"status":"ordered"}\n\n`)
  const back = await readStream(`${origin}/by-hand`, { headers: { 'last-event-id': id } })
  await back.until(':\n')
  await publish(url, 'paid')
  expect(await back.until('paid"}\n\n')).toMatch(/^:\nid: \S+\nevent: order\ndata: \{"status":"paid"\}\n\n$/)
  expect((await fetch(url, { method: 'POST', body: 'no json' })).status).toBe(400)
})
