// The functions of resumable-stream over a journal, beside those of the package itself: cut, killed, asked for what is not theirs.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStoreNodes, startStoreNodes, type StoreNodes } from '../support/ai-stores/two-nodes.ts'
import { readText } from '../support/ai-stores/text-reading.ts'
import { describeWith } from '../support/component/component.ts'

const post = { method: 'POST' }

describeWith('chat-clients', 'resumableStreams()', () => {
  /** Those of the tests that kill none; each has streams of its own. */
  let nodes: StoreNodes
  beforeAll(async () => {
    nodes = await openStoreNodes('resumable')
  })
  afterAll(() => nodes.stop())

  test.each(['sqlite', 'own'] as const)(
    'a stream is begun, followed from the start or a character on, and complete, as with the package (%s)',
    async (where) => {
      const { one } = where === 'own' ? await startStoreNodes('resumable', 'own') : nodes
      const has = async (): Promise<string> => (await fetch(`${one.url}/has?id=s1`)).text()
      expect(await has()).toBe('null')
      expect((await readText(`${one.url}/run?id=s1`)).status).toBe(404)
      const reading = await readText(`${one.url}/run?id=s1`, post)
      await one.say('s1', 'Hello ')
      await expect.poll(() => reading.text()).toBe('Hello ')
      expect(await has()).toBe('true')
      const followed = await readText(`${one.url}/run?id=s1`)
      const skipped = await readText(`${one.url}/run?id=s1&skip=4`, { method: 'PUT' })
      await expect.poll(() => [followed.text(), skipped.text()]).toEqual(['Hello ', 'o '])
      await one.say('s1', 'world')
      await one.end('s1')
      expect(await reading.end).toBe('Hello world|end')
      expect(await followed.end).toBe('Hello world|end')
      expect(await skipped.end).toBe('o world|end')
      await expect.poll(has).toBe('DONE')
      const late = await readText(`${one.url}/run?id=s1`)
      expect([late.status, await late.end]).toEqual([404, 'null'])
      const again = await readText(`${one.url}/run?id=s1`, { method: 'PUT' })
      expect([again.status, await again.end]).toEqual([404, 'null'])
    },
  )

  test('a reader that has left comes back on another node behind what it has, without loss or repeat', async () => {
    const { one, other } = nodes
    let seen = ''
    const first = await readText(`${one.url}/run?id=s2`, { method: 'PUT' })
    await one.say('s2', 'ab')
    await expect.poll(() => first.text()).toBe('ab')
    seen += first.text()
    first.leave()
    for (const word of ['c', 'de', '😀f']) await one.say('s2', word)
    for (const { url } of [other, one, other]) {
      const reading = await readText(`${url}/run?id=s2&skip=${seen.length}`, { method: 'PUT' })
      await expect.poll(() => seen + reading.text()).toBe('abcde😀f')
      reading.leave()
    }
    seen = 'abcde😀f'
    const last = await readText(`${other.url}/run?id=s2&skip=${seen.length}`)
    await one.say('s2', 'g')
    await one.end('s2')
    expect(await last.end).toBe('g|end')
  })

  test.each(['sqlite', 'redis'] as const)(
    'the node of a stream is killed: its readers get all that was stored, and that it was interrupted (%s)',
    async (where) => {
      const { one, other } = await startStoreNodes('resumable', where)
      const reading = await readText(`${one.url}/run?id=s`, post)
      for (const word of ['a', 'b', 'c']) await one.say('s', word)
      await expect.poll(() => reading.text()).toBe('abc')
      const followed = await readText(`${other.url}/run?id=s`)
      await expect.poll(() => followed.text()).toBe('abc')
      await one.kill()
      expect(await followed.end).toMatch(/^abc\|ERR_STREAM_INTERRUPTED /)
      expect(await (await readText(`${other.url}/run?id=s&skip=1`)).end).toMatch(/^bc\|ERR_STREAM_INTERRUPTED /)
      expect(await (await fetch(`${other.url}/has?id=s`)).text()).toBe('true')
    },
  )

  test('control: with the package itself all of it is lost when the node is killed', async () => {
    const { one, other } = await startStoreNodes('resumable', 'own')
    const reading = await readText(`${one.url}/run?id=s`, post)
    await one.say('s', 'a')
    await expect.poll(() => reading.text()).toBe('a')
    await one.kill()
    const late = await readText(`${other.url}/run?id=s`)
    expect([late.status, await late.end]).toEqual([404, 'undefined'])
  })

  test('a stream whose source fails says so to all its readers, and not why', async () => {
    const { one, other } = nodes
    const reading = await readText(`${one.url}/run?id=s3`, post)
    await one.say('s3', 'a')
    await expect.poll(() => reading.text()).toBe('a')
    await one.fail('s3')
    expect(await reading.end).toBe('a|ERR_STREAM_FAILED The stream "s3" has failed.')
    expect(await (await readText(`${other.url}/run?id=s3`)).end).toBe(await reading.end)
  })

  test('unknown ids, and those of other people, are told apart by nobody', async () => {
    const { one, other } = nodes
    const reading = await readText(`${one.url}/run?id=s4`, post)
    await one.say('s4', 'secret')
    await expect.poll(() => reading.text()).toBe('secret')
    for (const id of ['s4', 'none']) {
      const eve = await readText(`${other.url}/run?id=${id}`, { headers: { 'x-user': 'eve' } })
      expect([eve.status, await eve.end]).toEqual([404, 'undefined'])
    }
  })

  test('of two who ask for one stream at once one begins it, and both read it', async () => {
    const { one, other } = nodes
    const readings = await Promise.all([one, other].map(({ url }) => readText(`${url}/run?id=s5`, { method: 'PUT' })))
    await one.say('s5', 'one')
    await other.say('s5', 'other')
    await one.end('s5')
    await other.end('s5')
    const ends = await Promise.all(readings.map(({ end }) => end))
    expect(ends[0]).toMatch(/^(one|other)\|end$/)
    expect(ends[1]).toBe(ends[0])
  })

  test('a new stream takes the place of one with its id, whose readers are told', async () => {
    const { one, other } = nodes
    const before = await readText(`${one.url}/run?id=s6`, post)
    await one.say('s6', 'old')
    await expect.poll(() => before.text()).toBe('old')
    const after = await readText(`${other.url}/run?id=s6`, post)
    expect(await before.end).toMatch(/^old\|ERR_STREAM_INTERRUPTED /)
    await one.say('s6', 'late')
    await other.say('s6', 'new')
    await other.end('s6')
    expect(await after.end).toBe('new|end')
  })
})
