// The example of chat routes: one handler, read in several protocols, followed and stopped.
import { expect, test } from 'vitest'
import { startExample } from './running-example.ts'
import { jsonRequest, readStream } from './stream-reader.ts'

const answer = 'You asked: Why? That has 4 characters.'

const asked = (id: string): RequestInit =>
  jsonRequest({ id, messages: [{ id: '1', role: 'user', parts: [{ type: 'text', text: 'Why?' }] }] })

/** The text of an answer: of its deltas, as the pattern finds them. */
function textOf(frames: string, delta: RegExp): string {
  return [...frames.matchAll(delta)].map(([, text = '']) => text).join('')
}

test('23: an answer goes on without its reader, and a reload follows it from its beginning', async () => {
  const example = await startExample('23-chat-routes.mjs')
  const first = await readStream(example.url, asked('c1'))
  await first.until('You ')
  first.leave()
  const again = await (await readStream(`${example.url}/c1/stream`)).ended()
  expect(textOf(again, /"type":"text-delta","id":"t1","delta":"([^"]*)"/g)).toBe(answer)
  expect(again).toMatch(/data: \[DONE\]\n\n$/)
  await example.printed('c1: completed')
})

test('23: Stop stops it for all of its readers', async () => {
  const example = await startExample('23-chat-routes.mjs')
  const first = await readStream(example.url, asked('c2'))
  await first.until('You ')
  expect(await (await fetch(`${example.url}/c2/stop`, { method: 'POST' })).json()).toEqual({ stopped: true })
  expect(await first.ended()).toContain('"type":"abort"')
  await example.printed('c2: stopped')
})

test('23: the clients of OpenAI read the same handler', async () => {
  const { url } = await startExample('23-chat-routes.mjs')
  const messages = [{ role: 'user', content: 'Why?' }]
  const request = jsonRequest({ model: 'parrot', stream: true, messages })
  const frames = await (await readStream(`${url}/v1/chat/completions`, request)).ended()
  expect(textOf(frames, /"content":"([^"]*)"/g)).toBe(answer)
})
