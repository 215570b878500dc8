// The example of runs: left, followed, stopped, and nobody else's.
import { expect, test } from 'vitest'
import { startExample } from './running-example.ts'
import { jsonRequest, readStream } from './stream-reader.ts'

const tokenOf = (user: string): { authorization: string } => ({ authorization: `Bearer ${user}-secret` })

const asked = (user: string): RequestInit => ({
  ...jsonRequest({ question: 'why?' }),
  headers: { 'content-type': 'application/json', ...tokenOf(user) },
})

const idOf = (text: string): string => /^id: (\S+)$/m.exec(text)?.[1] ?? ''

test('21: an answer goes on without its reader, and is followed to its end', async () => {
  const { url } = await startExample('21-runs.mjs')
  const first = await readStream(url, asked('ada'))
  await first.until('asked')
  const id = idOf(first.text)
  first.leave()
  const followed = await readStream(url, { method: 'POST', headers: { 'last-event-id': id, ...tokenOf('ada') } })
  const words = [...(await followed.ended()).matchAll(/^data: (.*)$/gm)].map(([, word]) => word)
  expect(words.join('')).toBe('asked: why? Let me think about that for a while.')
})

test('21: somebody else can neither follow nor stop it; its owner can', async () => {
  const { url } = await startExample('21-runs.mjs')
  const stream = await readStream(url, asked('ada'))
  await stream.until('You')
  const id = idOf(stream.text)
  expect((await fetch(url, { method: 'POST', headers: { 'last-event-id': id, ...tokenOf('bob') } })).status).toBe(404)
  expect((await fetch(`${url}/${id}`, { method: 'DELETE', headers: tokenOf('bob') })).status).toBe(404)
  expect((await fetch(`${url}/${id}`, { method: 'DELETE', headers: tokenOf('ada') })).status).toBe(204)
  expect(await stream.ended()).not.toContain('while')
  // The guard is met by whoever follows as well: an id authorises nothing.
  for (const headers of [{}, { user: 'ada' }, { authorization: 'Bearer ada' }, { 'last-event-id': id }])
    expect((await fetch(url, { method: 'POST', headers })).status).toBe(401)
})
