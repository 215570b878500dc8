// Runs whose journal comes back from an older state: they end as interrupted, with what was kept, and never as a success.
import { describe, expect, test } from 'vitest'
import { openNode, type DirectNode } from '../../support/channel/direct-node.ts'
import { RewindingJournal } from '../../support/journal/rewinding-journal.ts'
import { createGate } from '../../support/time/gate.ts'

const isLog = (topic: string): boolean => /^~run\/[0-9a-z]+$/.test(topic)
const isLease = (topic: string): boolean => topic.endsWith('/lease')
const isBeat = (topic: string): boolean => /^~run\/node\/[0-9a-z]+$/.test(topic)
const everything = (): boolean => true
const interrupted = { error: 'interrupted' }

interface Begun {
  readonly journal: RewindingJournal
  readonly other: DirectNode
  readonly id: string
  /** Whoever follows, on both nodes. */
  readonly followed: Promise<readonly unknown[][]>
  readonly goOn: () => void
  /** How the handler was left. */
  readonly left: string[]
}

const events = 5

/** A run that has yielded five events and waits, followed on its own node and on another that has got them all. */
async function begin(last: readonly unknown[], { leaseMs = 100, renewLeases = false } = {}): Promise<Begun> {
  const journal = new RewindingJournal()
  const options = { leaseMs, renewLeases }
  const [one, other] = [openNode(journal, options), openNode(journal, options)]
  const gate = createGate()
  const left: string[] = []
  const open = async function* (signal: AbortSignal): AsyncGenerator {
    try {
      for (let n = 1; n <= events; n += 1) yield n
      await Promise.race([gate.opened, new Promise((resolve) => signal.addEventListener('abort', resolve))])
      yield* last
    } finally {
      left.push(signal.aborted ? String(signal.reason.reason) : 'of itself')
    }
  }
  const id = await one.start({ open, describe: (error) => ({ error: String(error) }) })
  const seen = [0, 0]
  const count = (index: number) => () => void (seen[index] = (seen[index] ?? 0) + 1)
  const followed = Promise.all([one.follow(id, count(0)), other.follow(id, count(1))])
  await expect.poll(() => seen).toEqual([events, events])
  return { journal, other, id, followed, goOn: () => gate.open(), left }
}

async function expectInterrupted({ followed, other, id }: Begun, kept: number): Promise<void> {
  for (const data of await followed) expect(data.at(-1)).toEqual(interrupted)
  const afterwards = await other.follow(id)
  expect(afterwards).toEqual([...Array.from({ length: kept }, (_, index) => index + 1), interrupted])
}

describe.each([
  ['of a node that beats', isBeat, {}],
  ['whose lease is renewed', isLease, { renewLeases: true }],
])('a run %s, and whose log has lost its end', (_, isSign, kind) => {
  test.each([1, 2, 4, 5])('of %i events, and goes on, ends as interrupted', async (count) => {
    const run = await begin([6, 7], kind)
    await run.journal.rewind(count, isLog)
    run.goOn()
    await expectInterrupted(run, events - count)
  })

  test.each([1, 3, 5])('of %i events, and ends, ends as interrupted', async (count) => {
    const run = await begin([], kind)
    await run.journal.rewind(count, isLog)
    run.goOn()
    await expectInterrupted(run, events - count)
  })

  test.each([1, 4])('of %i events, with its last sign of life, is told without appending anything', async (count) => {
    const run = await begin([6], { ...kind, leaseMs: 900 })
    await expect.poll(() => run.journal.stored(isSign)).toBeGreaterThan(2)
    await run.journal.rewind(count, isLog)
    await run.journal.rewind(2, isSign)
    await expectInterrupted(run, events - count)
    expect(run.left).toEqual(['lost'])
  })

  test('and the whole of its lease, ends as interrupted', async () => {
    const run = await begin([6], kind)
    await run.journal.rewind(2, isLog)
    await run.journal.rewind(Infinity, isLease)
    await expectInterrupted(run, events - 2)
    expect(run.left).toEqual(['lost'])
  })

  test('and everything else, ends as interrupted', async () => {
    const run = await begin([6], kind)
    await run.journal.rewind(Infinity, everything)
    await expectInterrupted(run, 0)
    expect(run.left).toEqual(['lost'])
  })

  test('after it has ended is open again, and ends as interrupted when its lease has run out', async () => {
    const run = await begin([6], kind)
    run.goOn()
    expect(await run.followed).toEqual([
      [1, 2, 3, 4, 5, 6],
      [1, 2, 3, 4, 5, 6],
    ])
    await expect.poll(() => run.journal.stored(everything)).toBeGreaterThan(0)
    await run.journal.rewind(2, isLog)
    expect(await run.other.follow(run.id)).toEqual([1, 2, 3, 4, 5, interrupted])
  })
})

test('a run whose renewed lease alone is older goes on', async () => {
  const run = await begin([6], { renewLeases: true })
  await expect.poll(() => run.journal.stored(isLease)).toBeGreaterThan(3)
  await run.journal.rewind(2, isLease)
  const beats = run.journal.stored(isLease)
  await expect.poll(() => run.journal.stored(isLease)).toBeGreaterThan(beats + 3)
  run.goOn()
  for (const data of await run.followed) expect(data).toEqual([1, 2, 3, 4, 5, 6])
  expect(run.left).toEqual(['of itself'])
})
