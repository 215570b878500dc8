// TanStack AI over a journal: its own server and its own client, cut, killed, and asked for what is not theirs.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientPackage } from '../support/chat/client-package.ts'
import { describeWith } from '../support/component/component.ts'
import { startFaultProxy } from '../support/component/fault-proxy.ts'
import { openStoreNodes, startStoreNodes, type StoreNodes } from '../support/ai-stores/two-nodes.ts'

interface Chunk {
  readonly type: string
  readonly delta?: string
  readonly message?: string
}

interface Reading {
  readonly chunks: Chunk[]
  readonly text: () => string
  /** How it has ended: by the last chunk, or with an error. */
  readonly end: Promise<string>
}

function read(stream: AsyncIterable<Chunk>): Reading {
  const chunks: Chunk[] = []
  const text = (): string => chunks.map(({ delta = '' }) => delta).join('')
  const run = async (): Promise<string> => {
    for await (const chunk of stream) chunks.push(chunk)
    return `${chunks.at(-1)?.type} ${chunks.at(-1)?.message ?? ''}`.trim()
  }
  return { chunks, text, end: run().catch(String) }
}

/** The client of a run. `urlOf` says to which node each request goes. */
async function clientOf(urlOf: () => string, headers: Record<string, string> = {}) {
  const { fetchServerSentEvents } = await clientPackage('@tanstack/ai-client')
  const fetchClient = (url: string, init: RequestInit): Promise<Response> => {
    const { pathname, search } = new URL(url)
    return fetch(`${urlOf()}${pathname}${search}`, init)
  }
  const options = { fetchClient, headers, reconnect: { delayMs: 50, maxAttempts: 20 } }
  const connection = fetchServerSentEvents('http://node/run', options)
  return {
    start: (runId: string): Reading =>
      read(connection.connect([], undefined, undefined, { runId, threadId: 't', headers: {} })),
    join: (runId: string): Reading => read(connection.joinRun(runId)),
  }
}

describeWith('chat-clients', 'tanstackDurability()', () => {
  /** Those of the tests that kill none; each has runs of its own. */
  let nodes: StoreNodes
  beforeAll(async () => {
    nodes = await openStoreNodes('tanstack')
  })
  afterAll(() => nodes.stop())

  test('a run is read as it is written, joined from its start on another node, and read again when it is over', async () => {
    const { one, other } = nodes
    const [here, there] = [await clientOf(() => one.url), await clientOf(() => other.url)]
    const reading = here.start('run1')
    await one.say('run1', 'Hello ')
    await expect.poll(() => reading.text()).toBe('Hello ')
    const joined = there.join('run1')
    await expect.poll(() => joined.text()).toBe('Hello ')
    await one.say('run1', 'world')
    await one.end('run1')
    expect(await reading.end).toBe('RUN_FINISHED')
    expect(await joined.end).toBe('RUN_FINISHED')
    expect(joined.chunks).toEqual(reading.chunks)
    const late = there.join('run1')
    expect(await late.end).toBe('RUN_FINISHED')
    expect(late.chunks).toEqual(reading.chunks)
  })

  test('a reader that is cut off goes on behind what it has, without loss or repeat', async () => {
    const { one, other } = nodes
    const proxy = await startFaultProxy(one.url, () => ({}))
    let url = proxy.url
    const reading = (await clientOf(() => url)).start('run2')
    const words = ['a ', 'b ', 'c ', 'd ', 'e ']
    for (const [index, word] of words.entries()) {
      await one.say('run2', word)
      await expect.poll(() => reading.text()).toBe(words.slice(0, index + 1).join(''))
      if (index % 2 === 0) proxy.cut()
      // The second reconnect is to the other node.
      if (index === 2) url = other.url
    }
    await one.end('run2')
    expect(await reading.end).toBe('RUN_FINISHED')
    expect(reading.text()).toBe('a b c d e ')
    expect(reading.chunks.filter(({ type }) => type === 'RUN_STARTED')).toHaveLength(1)
  })

  test.each(['sqlite', 'redis'] as const)(
    'the node of a run is killed: its readers get all that was stored, and that it was interrupted (%s)',
    async (where) => {
      const { one, other } = await startStoreNodes('tanstack', where)
      let url = one.url
      const reading = (await clientOf(() => url)).start('r1')
      for (const word of ['a ', 'b ', 'c ']) await one.say('r1', word)
      await expect.poll(() => reading.text()).toBe('a b c ')
      const joined = (await clientOf(() => other.url)).join('r1')
      await expect.poll(() => joined.text()).toBe('a b c ')
      url = other.url
      await one.kill()
      expect(await reading.end).toMatch(/^RUN_ERROR .*was interrupted/)
      expect(await joined.end).toMatch(/^RUN_ERROR .*was interrupted/)
      const late = (await clientOf(() => other.url)).join('r1')
      expect(await late.end).toMatch(/^RUN_ERROR .*was interrupted/)
      for (const { text } of [reading, joined, late]) expect(text()).toBe('a b c ')
    },
  )

  test('control: with the store of TanStack all of it is lost when the node is killed', async () => {
    const { one, other } = await startStoreNodes('tanstack', 'own')
    let url = one.url
    const reading = (await clientOf(() => url)).start('r1')
    await one.say('r1', 'a ')
    await expect.poll(() => reading.text()).toBe('a ')
    url = other.url
    await one.kill()
    expect(await reading.end).toMatch(/^RUN_ERROR .*Unknown or expired/)
    const late = (await clientOf(() => other.url)).join('r1')
    expect(await late.end).toMatch(/^RUN_ERROR .*no data/)
    expect(late.text()).toBe('')
  })

  test('a run that fails says so to all its readers', async () => {
    const { one, other } = nodes
    const reading = (await clientOf(() => one.url)).start('run5')
    await one.say('run5', 'a ')
    await expect.poll(() => reading.text()).toBe('a ')
    await one.fail('run5')
    expect(await reading.end).toMatch(/^RUN_ERROR/)
    const late = (await clientOf(() => other.url)).join('run5')
    expect(await late.end).toBe(await reading.end)
    expect(late.text()).toBe('a ')
  })

  test('unknown ids, and those of other people, are told apart by nobody', async () => {
    const { one, other } = nodes
    const reading = (await clientOf(() => one.url)).start('run6')
    await one.say('run6', 'secret')
    await expect.poll(() => reading.text()).toBe('secret')
    const eve = await clientOf(() => other.url, { 'x-user': 'eve' })
    const [foreign, unknown] = [eve.join('run6'), eve.join('none6')]
    const said = (await unknown.end).replaceAll('none6', 'run6')
    expect(await foreign.end).toBe(said)
    expect(said).toMatch(/^RUN_ERROR There is no stream/)
    // The id of an event of Ada's run, as Eve may have seen it in a log of requests.
    const raw = await fetch(`${other.url}/run?runId=run6&offset=-1`)
    const { value } = await raw.body!.pipeThrough(new TextDecoderStream()).getReader().read()
    const id = /^id: (\S+)$/m.exec(value ?? '')?.[1] ?? ''
    for (const user of ['eve', 'ada']) {
      const headers = { 'last-event-id': id, 'x-user': user }
      const answer = await fetch(`${other.url}/run`, { headers })
      const first = await answer.body!.pipeThrough(new TextDecoderStream()).getReader().read()
      expect(first.value).toMatch(user === 'ada' ? /RUN_STARTED|secret/ : /There is no stream/)
    }
    for (const offset of ['x', '../..', `${'a'.repeat(25)}.1.0`, `${id}.0`]) {
      const answer = await fetch(`${other.url}/run?runId=run6&offset=${encodeURIComponent(offset)}`)
      expect(await answer.text()).toMatch(/There is no stream/)
    }
  })

  test('of two producers of one run at once one writes it, and the other is refused', async () => {
    const { one, other } = nodes
    const readings = [(await clientOf(() => one.url)).start('run7'), (await clientOf(() => other.url)).start('run7')]
    await one.say('run7', 'one')
    await other.say('run7', 'other')
    await one.end('run7')
    await other.end('run7')
    const ends = await Promise.all(readings.map(({ end }) => end))
    expect(ends.toSorted()).toEqual([expect.stringMatching(/^RUN_ERROR .*has a producer already/), 'RUN_FINISHED'])
    const winner = readings[ends.indexOf('RUN_FINISHED')]
    const late = (await clientOf(() => other.url)).join('run7')
    await late.end
    expect(late.text()).toBe(winner?.text())
  })
})
