// The parts of a node one by one, where answers come in an order that no engine promises.
import { describe, expect, test } from 'vitest'
import { LeaseHolder, type LeaseEnd } from '../../../src/channel/run/lease-holder.ts'
import { RunLog, type LeaseAt } from '../../../src/channel/run/log.ts'
import { NodeBeat } from '../../../src/channel/run/node-beat.ts'
import { NodeInbox } from '../../../src/channel/run/node-inbox.ts'
import { NodeLog } from '../../../src/channel/run/node-log.ts'
import { RunNode } from '../../../src/channel/run/run-node.ts'
import { FaultyJournal } from '../../support/journal/faulty-journal.ts'
import { turns } from '../../support/server/asking.ts'
import { createGate } from '../../support/time/gate.ts'

const limits = { leaseMs: 9000, graceMs: 30_000, maxDurationMs: 1e6, keepMs: 1e6, maxEvents: 1000, maxBytes: 1e6 }

test('beats whose answers come in another order are no loss', async () => {
  const journal = new FaultyJournal()
  const losses: string[] = []
  const gate = createGate()
  const beat = new NodeBeat(
    new NodeLog(journal, 'node1'),
    () => 9000,
    () => losses.push('loss'),
  )
  const append = journal.append.bind(journal)
  await beat.send(-1)
  journal.append = async (...call) => {
    const answer = await append(...call)
    await gate.opened
    return answer
  }
  const first = beat.send(-1)
  await turns(3)
  journal.append = append
  await beat.send(-1)
  gate.open()
  await first
  await beat.send(-1)
  expect(losses).toEqual([])
})

test('a message that comes just when an inbox has been read is read as well', async () => {
  const journal = new FaultyJournal()
  const log = new NodeLog(journal, 'node1')
  const told: string[] = []
  const inbox = new NodeInbox({
    journal,
    log,
    onError: () => {},
    onLoss: () => {},
    onMessage: async ({ run }) => void told.push(run),
  })
  for (let steps = 0; steps < 30; steps += 1) {
    await log.tell({ run: `before${steps}` })
    const reading = inbox.read()
    for (let step = 0; step < steps; step += 1) await Promise.resolve()
    await log.tell({ run: `meanwhile${steps}` })
    await inbox.read()
    await reading
    expect(told.splice(0)).toContain(`meanwhile${steps}`)
  }
})

async function hold(): Promise<{
  holder: LeaseHolder
  ends: LeaseEnd[]
  journal: FaultyJournal
  log: RunLog
  lease: LeaseAt
  state: { hasAll: boolean }
}> {
  const journal = new FaultyJournal()
  const log = new RunLog(journal, 'run1', limits)
  const lease = await log.writeLease({ owner: 'ada', node: 'node1', state: 'running', beat: 'node', seq: 0 })
  const ends: LeaseEnd[] = []
  const state = { hasAll: true }
  const holder = new LeaseHolder(log, lease, {
    journal,
    node: new RunNode({ journal, onError: () => {} }),
    limits,
    onError: () => {},
    abort: (reason) => ends.push(reason),
    over: new AbortController().signal,
    hasAll: async () => state.hasAll,
    isFollowedHere: undefined,
  })
  return { holder, ends, journal, log, lease, state }
}

describe('two looks at a lease at once', () => {
  test.each([
    ['first', 0],
    ['last', 1],
  ])('find a stop that only one of them sees, which is answered %s', async (_, late) => {
    const { holder, ends, journal, log, lease } = await hold()
    const gates = [createGate(), createGate()] as const
    const read = journal.read.bind(journal)
    let count = 0
    journal.read = async (...call) => {
      const gate = gates[count++]
      const page = await read(...call)
      await gate?.opened
      return page
    }
    const before = holder.look(false)
    await log.writeLease({ ...lease, state: 'stopped' })
    const after = holder.look(false)
    await turns(3)
    gates[late === 0 ? 1 : 0].open()
    await turns(3)
    gates[late === 0 ? 0 : 1].open()
    await Promise.all([before, after])
    expect(ends).toContain('stopped')
  })

  test('find a loss of which only one of them knows', async () => {
    const { holder, ends, state } = await hold()
    state.hasAll = false
    await Promise.all([holder.look(false), holder.look(true)])
    expect(ends).toEqual(['lost'])
  })
})
