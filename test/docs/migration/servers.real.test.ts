// docs/migration, servers: what the programs before and after give their readers, and what differs.
import { describe, expect, it } from 'vitest'
import { describeWith } from '../../support/component/component.ts'
import { codeOf, startFixture, startServer } from '../../support/migration/program.ts'
import { eventsOf, firstOf, idsOf, openIdle, statusAfterEnd } from '../../support/migration/reading.ts'

const question = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ question: 'Why?' }),
}
const order = { ...question, body: '{"status":"paid"}' }

/** What two readers get of an order that is posted while they are there. */
async function fanOut(url: string): Promise<unknown> {
  const readers = await Promise.all([fetch(url), fetch(url)])
  const { status } = await fetch(url, order)
  return { status, read: await Promise.all(readers.map(async (reader) => (await firstOf(reader, 1)).events)) }
}

/** All that the programs of vafast's page stream. */
const askAll = async (url: string): Promise<unknown> => ({
  progress: await eventsOf(`${url}/tasks/7/progress`),
  ids: await idsOf(`${url}/tasks/7/progress`),
  chat: await eventsOf(`${url}/chat`, question),
})

describeWith('rivals', 'the programs of docs/migration', () => {
  it('vafast: the readers of both get the same, also where nothing but the import is changed', async () => {
    const before = codeOf('vafast', 1)
    const expected = await askAll(await startServer(before))
    expect(expected).toMatchObject({
      progress: { length: 4, 3: { event: 'complete', data: '{"message":"Done"}' } },
      ids: ['1001'],
      chat: [{ data: 'You asked:\nWhy?' }, { event: 'error', data: '{"error":"The model is away"}' }],
    })
    expect(await askAll(await startServer(codeOf('vafast', 2)))).toEqual(expected)
    expect(await askAll(await startServer(before.replace("'vafast'", "'tidings'")))).toEqual(expected)
  })

  it('better-sse: the reader of both gets the same', async () => {
    const expected = await eventsOf(`${await startServer(codeOf('better-sse', 1))}/live/steps`)
    expect(expected).toHaveLength(4)
    expect(await eventsOf(`${await startServer(codeOf('better-sse', 2))}/live/steps`)).toEqual(expected)
  })

  it('better-sse: all readers of a channel get what all readers of a topic get', async () => {
    const expected = await fanOut(`${await startServer(codeOf('better-sse', 3))}/live/orders`)
    const event = { event: 'order', data: '{"status":"paid"}' }
    expect(expected).toEqual({ status: 204, read: [[event], [event]] })
    expect(await fanOut(`${await startServer(codeOf('better-sse', 4))}/live/orders`)).toEqual(expected)
  })

  it('Hono: the reader of both gets the same', async () => {
    const [before, after] = [await startServer(codeOf('hono', 1)), await startServer(codeOf('hono', 2))]
    const expected = await eventsOf(`${before}/live/countdown/3`)
    expect(expected).toMatchObject({ length: 4, 3: { event: 'message', data: 'We have a lift-off' } })
    expect(await eventsOf(`${after}/live/countdown/3`)).toEqual(expected)
    expect(await idsOf(`${after}/live/countdown/3`)).toEqual(await idsOf(`${before}/live/countdown/3`))
  })

  it('Hono: its own serve runs the app with our routes, and its compress leaves their streams alone', async () => {
    const code = codeOf('hono', 2)
      .replace('serve, Server', 'Server')
      .replace('new Hono()', 'new Hono().use(compress())')
    const imports = `import { serve } from '@hono/node-server'\nimport { compress } from 'hono/compress'\n`
    const url = `${await startServer(imports + code)}/live/countdown/1`
    expect(await eventsOf(url)).toMatchObject([{ event: 'left' }, { data: 'We have a lift-off' }])
    const { headers } = await fetch(url, { headers: { 'accept-encoding': 'gzip' } })
    expect(headers.get('content-encoding')).toBe(null)
  })

  it('Hono: all readers of a set of streams get what all readers of a topic get', async () => {
    const expected = await fanOut(`${await startServer(codeOf('hono', 3))}/orders`)
    const event = { event: 'order', data: '{"status":"paid"}' }
    expect(expected).toEqual({ status: 204, read: [[event], [event]] })
    expect(await fanOut(`${await startServer(codeOf('hono', 4))}/orders`)).toEqual(expected)
  })
})

interface Difference {
  readonly old: unknown
  readonly tidings: unknown
  readonly see: (url: string) => Promise<unknown>
}

const forged = async (url: string): Promise<boolean> =>
  (await eventsOf(url)).some(({ data }) => data.startsWith('forged'))
const statusOf = async (url: string, init?: RequestInit): Promise<number> => (await fetch(url, init)).status
const dataOf = async (url: string): Promise<string[]> => (await eventsOf(url)).map(({ data }) => data)
const jsonOf = async (url: string): Promise<Record<string, unknown>> => Object(await (await fetch(url)).json())

/** How the data of a Map comes: as what, or as a refusal. */
async function mapOf(url: string): Promise<string> {
  const [, event] = await eventsOf(url)
  return event?.event === 'error' && event.data.includes('Map') ? 'refused' : (event?.data ?? 'nothing')
}

const differences: Readonly<Record<string, Readonly<Record<string, Difference>>>> = {
  vafast: {
    'a handler whose reader has left is': {
      old: 'unknown',
      tidings: 'told',
      async see(url) {
        await firstOf(await fetch(`${url}/asleep`), 1)
        // The other one has had all these exchanges, and would never tell it.
        for (let asked = 0; asked < 300; asked += 1) {
          if ((await jsonOf(`${url}/left`))['left'] === 'told') return 'told'
        }
        return 'unknown'
      },
    },
    'a throw before the first event is': { old: 200, tidings: 500, see: (url) => statusOf(`${url}/failure`) },
    'a failed validation is': { old: 422, tidings: 400, see: (url) => statusOf(`${url}/number?n=x`) },
    'its issues are in': {
      old: 'details',
      tidings: 'errors',
      see: async (url) => Object.keys(await jsonOf(`${url}/number?n=x`)).at(-1),
    },
    'a number in the query is': {
      old: 422,
      tidings: ['5'],
      see: async (url) => ((await statusOf(`${url}/number?n=5`)) === 422 ? 422 : dataOf(`${url}/number?n=5`)),
    },
    'a parameter that is encoded is': {
      old: ['%E4%BD%A0'],
      tidings: ['你'],
      see: (url) => dataOf(`${url}/names/%E4%BD%A0`),
    },
    'text with a carriage return is': {
      old: ['first', 'one'],
      tidings: ['first', 'one\ntwo'],
      see: (url) => dataOf(`${url}/carriage-return`),
    },
    'a name can forge data': { old: true, tidings: false, see: (url) => forged(`${url}/name`) },
    'an id can forge data': { old: true, tidings: false, see: (url) => forged(`${url}/id`) },
    'a Map is': { old: '{}', tidings: 'refused', see: (url) => mapOf(`${url}/map`) },
    'HEAD is': { old: 405, tidings: 200, see: (url) => statusOf(`${url}/map`, { method: 'HEAD' }) },
    'an EventSource that comes back after the end gets': {
      old: 200,
      tidings: 204,
      see: (url) => statusAfterEnd(`${url}/names/a`),
    },
  },
  'better-sse': {
    'text is': { old: ['"text"'], tidings: ['text'], see: (url) => dataOf(`${url}/text`) },
    'events get ids of their own': { old: 1, tidings: 0, see: async (url) => (await idsOf(`${url}/text`)).length },
    'a name can forge data': { old: true, tidings: false, see: (url) => forged(`${url}/name`) },
    'an id can forge data': { old: true, tidings: false, see: (url) => forged(`${url}/id`) },
    'a leading space of text that is not JSON is': {
      old: ['text'],
      tidings: [' text'],
      see: (url) => dataOf(`${url}/space`),
    },
    'a Map is': { old: '{}', tidings: 'refused', see: (url) => mapOf(`${url}/map`) },
    'a reader that was away gets': {
      old: ['"/after"'],
      tidings: ['/while', '/after'],
      async see(url) {
        const post = (text: string): Promise<unknown> => fetch(`${url}/${text}`, { method: 'POST' })
        const reader = await fetch(`${url}/topic`)
        await post('before')
        const { lastEventId } = await firstOf(reader, 1)
        await post('while')
        const again = await fetch(`${url}/topic`, { headers: { 'last-event-id': lastEventId } })
        await post('after')
        const { events } = await firstOf(again, lastEventId.includes('.') ? 2 : 1)
        return events.map(({ data }) => data)
      },
    },
    'a reader that takes nothing is sent all 64 MiB': {
      old: true,
      tidings: false,
      async see(url) {
        const reader = await openIdle(`${url}/much`)
        const counted: unknown[] = []
        // Until nothing more is pushed.
        await expect
          .poll(
            async () =>
              counted.unshift((await jsonOf(`${url}/pushed`))['count']) > 2 &&
              counted[0] !== 0 &&
              counted[0] === counted[1],
          )
          .toBe(true)
        reader.leave()
        return counted[0] === 1024
      },
    },
    'an EventSource that comes back after the end gets': {
      old: 200,
      tidings: 204,
      see: (url) => statusAfterEnd(`${url}/text`),
    },
  },
  hono: {
    'a throw before the first event is': { old: 200, tidings: 500, see: (url) => statusOf(`${url}/early`) },
    'a throw behind the first event is': {
      old: ['message'],
      tidings: ['message', 'error'],
      see: async (url) => (await eventsOf(`${url}/late`)).map(({ event }) => event),
    },
    'a loop whose reader has left': {
      old: 'goes on',
      tidings: 'has ended',
      async see(url) {
        await firstOf(await fetch(`${url}/loop`), 1)
        const turns = async (): Promise<number> => Number((await jsonOf(`${url}/turns`))['turns'])
        const atLeaving = await turns()
        await expect
          .poll(async () => (await jsonOf(`${url}/turns`))['hasEnded'] === true || (await turns()) > atLeaving + 1000)
          .toBe(true)
        return (await jsonOf(`${url}/turns`))['hasEnded'] === true ? 'has ended' : 'goes on'
      },
    },
    'an id with a NUL is': {
      old: ['message', 'message'],
      tidings: ['message', 'error'],
      see: async (url) => (await eventsOf(`${url}/nul`)).map(({ event }) => event),
    },
    'a retry that is no number is': {
      old: ['message', 'message'],
      tidings: ['message', 'error'],
      see: async (url) => (await eventsOf(`${url}/retry`)).map(({ event }) => event),
    },
    'a proxy is asked not to buffer': {
      old: null,
      tidings: 'no',
      see: async (url) => (await fetch(`${url}/one`)).headers.get('x-accel-buffering'),
    },
    'a proxy is asked not to compress': {
      old: 'no-cache',
      tidings: 'no-cache, no-transform',
      see: async (url) => (await fetch(`${url}/one`)).headers.get('cache-control'),
    },
    'an EventSource that comes back after the end gets': {
      old: 200,
      tidings: 204,
      see: (url) => statusAfterEnd(`${url}/one`),
    },
  },
}

describeWith('rivals', 'a difference that docs/migration names', () => {
  describe.each(Object.entries(differences))('from %s:', (fixture, cases) => {
    it('is seen on the old one, and not on ours', async () => {
      const [before, after] = [await startFixture(fixture, fixture), await startFixture(fixture, 'tidings')]
      for (const [title, { old, tidings, see }] of Object.entries(cases)) {
        expect(await see(before), `${title} (${fixture})`).toEqual(old)
        expect(await see(after), `${title} (tidings)`).toEqual(tidings)
      }
    })
  })
})
