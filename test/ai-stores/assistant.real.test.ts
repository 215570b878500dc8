// assistant-ui over a journal: its own context on two nodes, cut, killed, and asked for what is not theirs.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStoreNodes, startStoreNodes, type StoreNodes } from '../support/ai-stores/two-nodes.ts'
import { readText } from '../support/ai-stores/text-reading.ts'
import { describeWith } from '../support/component/component.ts'

const post = { method: 'POST' }

interface Rest {
  readonly entries: readonly { readonly cursor: string; readonly text: string }[]
  readonly end: string
}

/** What the store of a node has after a cursor. */
async function rest(url: string, id: string, cursor = ''): Promise<Rest> {
  return (await fetch(`${url}/rest?id=${id}&cursor=${cursor}`)).json()
}

describeWith('chat-clients', 'assistantStore()', () => {
  /** Those of the tests that kill none; each has streams of its own. */
  let nodes: StoreNodes
  beforeAll(async () => {
    nodes = await openStoreNodes('assistant')
  })
  afterAll(() => nodes.stop())

  test('a stream is read as it is written, resumed on another node, and read again when it is over', async () => {
    const { one, other } = nodes
    const reading = await readText(`${one.url}/run?id=a1`, post)
    await one.say('a1', 'Grüße ')
    await expect.poll(() => reading.text()).toBe('Grüße ')
    expect(await (await fetch(`${other.url}/status?id=a1`)).text()).toBe('streaming')
    const resumed = await readText(`${other.url}/run?id=a1`)
    await expect.poll(() => resumed.text()).toBe('Grüße ')
    await one.say('a1', 'world')
    await one.end('a1')
    for (const { end } of [reading, resumed, await readText(`${other.url}/run?id=a1`)]) {
      expect(await end).toBe('Grüße world|end')
    }
    expect(await (await fetch(`${other.url}/status?id=a1`)).text()).toBe('done')
  })

  test('a stream goes on when its reader leaves; from a cursor on comes what is missing, without loss or repeat', async () => {
    const { one, other } = nodes
    const reading = await readText(`${one.url}/run?id=a2`, post)
    await one.say('a2', 'a')
    await expect.poll(() => reading.text()).toBe('a')
    reading.leave()
    for (const word of ['b', 'c', 'd']) await one.say('a2', word)
    await one.end('a2')
    const { entries, end } = await rest(other.url, 'a2')
    expect([entries.map(({ text }) => text), end]).toEqual([['a', 'b', 'c', 'd'], 'end'])
    for (const [index, { cursor }] of entries.entries()) {
      expect(await rest(other.url, 'a2', cursor)).toEqual({ entries: entries.slice(index + 1), end: 'end' })
    }
  })

  test.each(['sqlite', 'redis'] as const)(
    'the node of a stream is killed: its readers get all that was stored, and that it was interrupted (%s)',
    async (where) => {
      const { one, other } = await startStoreNodes('assistant', where)
      const reading = await readText(`${one.url}/run?id=s`, post)
      for (const word of ['a', 'b', 'c']) await one.say('s', word)
      await expect.poll(() => reading.text()).toBe('abc')
      const resumed = await readText(`${other.url}/run?id=s`)
      await expect.poll(() => resumed.text()).toBe('abc')
      await one.kill()
      expect(await reading.end).toBe('abc|broken')
      expect(await resumed.end).toMatch(/^abc\|ERR_STREAM_INTERRUPTED /)
      expect(await (await readText(`${other.url}/run?id=s`)).end).toMatch(/^abc\|ERR_STREAM_INTERRUPTED /)
      expect(await (await fetch(`${other.url}/status?id=s`)).text()).toBe('error')
      expect((await rest(other.url, 's')).end).toContain('interrupted')
    },
  )

  test('control: with the store of assistant-ui all of it is lost when the node is killed', async () => {
    const { one, other } = await startStoreNodes('assistant', 'own')
    const reading = await readText(`${one.url}/run?id=s`, post)
    await one.say('s', 'a')
    await expect.poll(() => reading.text()).toBe('a')
    await one.kill()
    expect((await readText(`${other.url}/run?id=s`)).status).toBe(404)
  })

  test('a stream that fails says so to all its readers', async () => {
    const { one, other } = nodes
    const reading = await readText(`${one.url}/run?id=a3`, post)
    await one.say('a3', 'a')
    await one.fail('a3')
    expect(await reading.end).toBe('a|ERR_STREAM_FAILED the password is 1234')
    expect(await (await readText(`${other.url}/run?id=a3`)).end).toBe(await reading.end)
  })

  test('unknown ids, and those of other people, are told apart by nobody', async () => {
    const { one, other } = nodes
    const reading = await readText(`${one.url}/run?id=a4`, post)
    await one.say('a4', 'secret')
    await expect.poll(() => reading.text()).toBe('secret')
    const another = await readText(`${one.url}/run?id=a7`, post)
    await one.say('a7', 'a')
    await one.end('a7')
    await another.end
    const [known] = (await rest(one.url, 'a7')).entries
    const eve = { headers: { 'x-user': 'eve' } }
    for (const id of ['a4', 'none']) {
      const { status, end } = await readText(`${other.url}/run?id=${id}`, eve)
      expect([status, await end]).toEqual([404, 'no such stream'])
    }
    // A cursor of another stream, and what is none.
    for (const cursor of [known?.cursor ?? 'none', 'x', `${'a'.repeat(25)}.1`, '../..']) {
      const { entries, end } = await rest(one.url, 'a4', cursor)
      expect(entries).toEqual([])
      expect(end).toMatch(/There is no stream "a4"/)
    }
    // Eve has a stream of the same name for herself.
    const hers = await readText(`${other.url}/run?id=a4`, { ...post, ...eve })
    await other.say('a4', 'mine')
    await expect.poll(() => hers.text()).toBe('mine')
    expect(reading.text()).toBe('secret')
  })

  test('of two who begin a stream at once one writes it, and both read it', async () => {
    const { one, other } = nodes
    const readings = await Promise.all([
      readText(`${one.url}/run?id=a5`, post),
      readText(`${other.url}/run?id=a5`, post),
    ])
    await one.say('a5', 'one')
    await other.say('a5', 'other')
    await one.end('a5')
    await other.end('a5')
    const ends = await Promise.all(readings.map(({ end }) => end))
    expect(ends[0]).toMatch(/^(one|other)\|end$/)
    expect(ends[1]).toBe(ends[0])
  })

  test('a stream that is deleted ends for its readers, takes nothing more, and its id is free', async () => {
    const { one, other } = nodes
    const reading = await readText(`${one.url}/run?id=a6`, post)
    await one.say('a6', 'a')
    await expect.poll(() => reading.text()).toBe('a')
    await (await fetch(`${other.url}/run?id=a6`, { method: 'DELETE' })).text()
    expect(await reading.end).toBe('a|end')
    expect((await readText(`${other.url}/run?id=a6`)).status).toBe(404)
    const next = await readText(`${other.url}/run?id=a6`, post)
    await one.say('a6', 'late')
    await other.say('a6', 'new')
    await other.end('a6')
    expect(await next.end).toBe('new|end')
  })
})
