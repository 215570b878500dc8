// Runs that are erased: what they have said is gone, in the journal and in every process.
import { expect, test } from 'vitest'
import { memoryJournal } from '../../../src/journal/index.ts'
import { openNode } from '../../support/channel/direct-node.ts'
import { eraseEnded, eraseUnderWay } from '../../support/channel/erased-run.ts'
import { FaultyJournal } from '../../support/journal/faulty-journal.ts'

const two = (): readonly [FaultyJournal, FaultyJournal] => {
  const journal = memoryJournal()
  return [new FaultyJournal(journal), new FaultyJournal(journal)]
}

const toData = (error: unknown): object => ({ error: String(error) })

async function* once(): AsyncGenerator {
  yield 'secret'
}

async function* untilStopped(signal: AbortSignal): AsyncGenerator {
  yield 'secret'
  await new Promise((resolve) => signal.addEventListener('abort', resolve))
  // Too late to be kept.
  yield 'more of it'
}

test('a run that has ended is erased by its owner alone, from any node', () => eraseEnded(two()))

test('a run that goes on is stopped and erased, from the other node', () => eraseUnderWay(two()))

test('a run that goes on here is closed by its own node first', async () => {
  const [journal] = two()
  const node = openNode(journal)
  const id = await node.start({ open: untilStopped, describe: toData })
  const following = node.follow(id)
  expect(await node.runs.erase(id, { user: 'ada' })).toBe(true)
  expect(['secret', undefined]).toContain((await following)[0])
  expect(await node.follow(id)).toEqual([])
  expect(journal.calls.filter(({ data }) => data?.includes('more of it'))).toEqual([])
  expect(node.errors).toEqual([])
})

test('a run that has said nothing yet is closed, and says nothing any more', async () => {
  const [own, others] = two()
  const [node, other] = [openNode(own), openNode(others)]
  let start: (() => void) | undefined
  const waiting = new Promise<void>((resolve) => (start = resolve))
  const open = async function* (): AsyncGenerator {
    await waiting
    yield 'secret'
  }
  const id = await node.start({ open, describe: toData })
  expect(await other.runs.erase(id, { user: 'ada' })).toBe(true)
  start?.()
  expect([await node.follow(id), await other.follow(id)]).toEqual([[], []])
})

test('an outage of the journal is told to who asks, and asking again erases', async () => {
  const [own, others] = two()
  const [node, other] = [openNode(own), openNode(others)]
  const id = await node.start({ open: once, describe: toData })
  expect(await node.follow(id)).toEqual(['secret'])
  others.fault = () => 'away'
  await expect(other.runs.erase(id, { user: 'ada' })).rejects.toMatchObject({ code: 'ERR_JOURNAL_UNAVAILABLE' })
  others.fault = () => undefined
  expect(await other.runs.erase(id, { user: 'ada' })).toBe(true)
  expect(await node.follow(id)).toEqual([])
})
