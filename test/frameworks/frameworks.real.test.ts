// The examples of meta-frameworks, in production mode: each mount passes the same tests.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeWith } from '../support/component/component.ts'
import type { FixtureProcess } from '../support/component/fixture-process.ts'
import { buildFramework, startFramework, type FrameworkName } from '../support/component/framework.ts'
import { eventSourceHeaders, FetchReader } from '../support/server/fetch-reader.ts'

interface Framework {
  readonly name: FrameworkName
  readonly own: string
  /** The exit code after SIGTERM: that of a signal where the host says so, `null` where it ends itself by one. */
  readonly code: number | null
}

const frameworks: readonly Framework[] = [
  { name: 'next', own: 'Next answers here.', code: 143 },
  { name: 'sveltekit', own: 'SvelteKit answers here.', code: 0 },
  { name: 'nest', own: 'Nest answers here.', code: null },
  { name: 'nitro', own: 'Nitro answers here.', code: 0 },
  { name: 'nuxt', own: 'Nuxt answers here.', code: 0 },
  { name: 'astro', own: 'Astro answers here.', code: 0 },
  { name: 'react-router', own: 'React Router answers here.', code: 0 },
]

/** On Node 22, which its packages ask for. */
const tanstackStart: Framework = { name: 'tanstack-start', own: 'TanStack Start answers here.', code: 0 }

describeWith('frameworks', 'a server inside', () => {
  describe.each(frameworks)('$name', testMount)
})

describeWith('frameworks-22', 'a server inside, on Node 22,', () => {
  describeWith('node22', tanstackStart.name, () => testMount(tanstackStart))
})

function testMount({ name, own, code }: Framework): void {
  let host: FixtureProcess
  beforeAll(async () => {
    await buildFramework(name)
    host = await startFramework(name)
  })
  afterAll(() => host.kill())

  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(host.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  const status = async (): Promise<unknown> => (await fetch(`${host.url}/live/status`)).json()

  test('sends each event when it happens', async () => {
    const reader = await FetchReader.open(`${host.url}/live/notes`, { headers: eventSourceHeaders })
    expect(reader.response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    await reader.until('tidings:open')
    for (const text of ['one', 'two', 'three']) {
      expect((await post('/live/notes', { text })).status).toBe(200)
      await reader.until(`data: {"text":"${text}"}\n\n`)
    }
    reader.leave()
    await expect.poll(status).toEqual({ readers: 0, streams: 0 })
  })

  test('answers a POST with a stream, and an invalid body with 400', async () => {
    const words = await post('/live/words', { text: 'ein zwei' })
    expect(await words.text()).toBe('data: {"word":"ein"}\n\ndata: {"word":"zwei"}\n\n')
    const refused = await post('/live/words', { text: '' })
    expect(refused.status).toBe(400)
    expect(await refused.json()).toMatchObject({ code: 400, errors: [{ in: 'body', path: '/text' }] })
  })

  test('answers 404 for a path below its own, and leaves the other paths alone', async () => {
    const nowhere = await fetch(`${host.url}/live/nowhere`)
    expect(nowhere.status).toBe(404)
    expect(await nowhere.json()).toMatchObject({ code: 404 })
    expect(await (await fetch(host.url)).text()).toContain(own)
  })

  test('runs finally when the reader leaves', async () => {
    const reader = await FetchReader.open(`${host.url}/live/presence`)
    await reader.until('data: {"readers":1}\n\n')
    expect(await status()).toEqual({ readers: 1, streams: 1 })
    reader.leave()
    await expect.poll(status).toEqual({ readers: 0, streams: 0 })
  })

  if (name === 'next')
    test('streams on the edge runtime, whose setImmediate throws', async () => {
      const response = await fetch(`${host.url}/edge`)
      expect(await response.text()).toBe('data: {"count":1}\n\ndata: {"count":2}\n\ndata: {"count":3}\n\n')
    })

  // The last one: it ends the process.
  test('ends its streams on SIGTERM, asks their readers to come back, and exits', async () => {
    const reader = await FetchReader.open(`${host.url}/live/presence`, { headers: eventSourceHeaders })
    await reader.until('data: {"readers":1}\n\n')
    const ended = reader.ended()
    expect(await host.terminate()).toBe(code)
    expect(await ended).toMatch(/^data: \{"readers":1\}\n\nretry: \d+\n$/)
  })
}
