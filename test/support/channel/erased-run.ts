// What must be true of a run that was erased, over any journal that two nodes share.
import { expect } from 'vitest'
import type { Journal } from '../../../src/journal/index.ts'
import { until } from '../server/asking.ts'
import { createGate } from '../time/gate.ts'
import { gatedHandler, openNode } from './direct-node.ts'

const ada = { user: 'ada' }

/** All that the journal still has of a run. */
async function keptOf(journal: Journal, run: string): Promise<string[]> {
  const { events } = await journal.read(`~run/${run}`, { epoch: run, seq: 0, nonce: '' })
  return events.map(({ event, data }) => `${event ?? ''} ${data}`)
}

const secret = { open: says, describe: (error: unknown) => ({ error: String(error) }) }

async function* says(): AsyncGenerator {
  for (let part = 1; part <= 5; part += 1) yield `secret ${part}`
}

/** A run that has ended is erased from the other node than its own: nobody gets any of it there or here. */
export async function eraseEnded(journals: readonly [Journal, Journal]): Promise<void> {
  const [own, other] = [openNode(journals[0]), openNode(journals[1])]
  const id = await own.start(secret)
  const run = id.split('.')[0] ?? ''
  const said = [1, 2, 3, 4, 5].map((part) => `secret ${part}`)
  expect([await own.follow(id), await other.follow(id)]).toEqual([said, said])

  expect(await other.runs.erase(id, { user: 'bob' })).toBe(false)
  expect(await other.runs.erase('nosuchrun', ada)).toBe(false)
  expect(await own.follow(id)).toEqual(said)

  expect(await other.runs.erase(id, ada)).toBe(true)
  expect(await keptOf(journals[0], run)).toEqual([' null'])
  expect([await own.follow(id), await other.follow(id)]).toEqual([[], []])
  // Of what is erased already.
  expect(await own.runs.erase(run, ada)).toBe(true)
}

/** A follower that is in the middle of a run gets a gap and the end, on either node. */
export async function eraseUnderWay(journals: readonly [Journal, Journal]): Promise<void> {
  const [own, other] = [openNode(journals[0]), openNode(journals[1])]
  const never = createGate()
  const { handler, log } = gatedHandler(never.opened)
  const id = await own.start(handler)
  const run = id.split('.')[0] ?? ''
  let first = 0
  const followers = [own, other].map((node) => node.follow(id, () => (first += 1)))
  await until(() => first === 2)

  expect(await other.runs.erase(id, ada)).toBe(true)
  expect(await keptOf(journals[1], run)).toEqual([' null'])
  // They end, with what they had: the handler is stopped, or finds its log closed.
  expect(await Promise.all(followers)).toEqual([[1], [1]])
  await until(() => log.length === 1)
  expect(['stopped', 'lost']).toContain(log[0])
  expect([await own.follow(id), await other.follow(id)]).toEqual([[], []])
  expect(await keptOf(journals[0], run)).toEqual([' null'])
}
