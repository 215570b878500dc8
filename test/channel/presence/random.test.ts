// Members that come and go at random on nodes that die, are held up and are replaced, against a model of who has readers where.
import { afterAll, describe, expect, it, vi } from 'vitest'
import { sleep } from '../../../src/base/index.ts'
import { memoryJournal } from '../../../src/journal/index.ts'
import { createSeededRandom, type SeededRandom } from '../../../src/testing/seeded-random.ts'
import { PresentNode, type Watching } from '../../support/channel/present-node.ts'
import { FaultyJournal, type Fault } from '../../support/journal/faulty-journal.ts'
import { RewindingJournal } from '../../support/journal/rewinding-journal.ts'

const { clock, restore } = await vi.hoisted(async () => {
  const { VirtualClock } = await import('../../support/time/virtual-clock.ts')
  const virtual = new VirtualClock()
  // Before the rooms are loaded: one of them keeps the `setImmediate` that it finds.
  return { clock: virtual, restore: virtual.install() }
})
afterAll(restore)

const seeds = Number(process.env['PRESENCE_SEEDS'] ?? 20)
const firstSeed = Number(process.env['PRESENCE_FIRST_SEED'] ?? 1)
const leaseMs = 10_000
const ids = ['ada', 'bob', 'eve', 'joe', '__proto__'] as const

/** One node, with the readers that it has by the model. */
class Trial {
  readonly journal: FaultyJournal
  readonly node: PresentNode
  readonly readers: { readonly id: string; readonly leave: () => void }[] = []
  readonly watching: Watching[] = []
  readonly #random: SeededRandom
  /** What becomes of the node's calls of the journal. */
  state: 'well' | 'shaky' | 'held' | 'dead' = 'well'

  constructor(random: SeededRandom, inner: FaultyJournal['inner'], graceMs: number) {
    this.#random = random
    this.journal = new FaultyJournal(inner)
    this.journal.fault = () => this.#fault()
    this.node = new PresentNode(this.journal, { leaseMs, graceMs })
  }

  #fault(): Fault | Promise<Fault> {
    if (this.state === 'held' || this.state === 'dead') return 'away'
    if (this.state === 'well') return undefined
    const fault = this.#random.pick<Fault>([undefined, undefined, 'away', 'unanswered'])
    const delayMs = this.#random.number(300)
    return sleep(delayMs).then(() => fault)
  }

  move(): void {
    const room = 'room'
    if (this.#random.chance(55)) {
      const id = this.#random.pick(ids)
      const leave = this.node.enter(id, this.#random.number(3), room)
      this.readers.push({ id, leave })
    } else if (this.readers.length > 0) {
      const [reader] = this.readers.splice(this.#random.number(this.readers.length), 1)
      reader?.leave()
    }
    if (this.#random.chance(10)) this.watching.push(this.node.watch(room))
  }
}

/** What a step does to one of the nodes. */
async function step(trials: Trial[], random: SeededRandom, open: () => Trial): Promise<void> {
  const index = random.number(trials.length)
  const trial = trials[index]
  if (trial === undefined) return
  const choice = random.number(100)
  if (choice < 80) trial.move()
  else if (choice < 90) trial.state = random.pick(['well', 'well', 'shaky', 'held'])
  else if (choice < 95) {
    if (choice < 93) trial.state = 'dead'
    else void trial.node.channels.close()
    trials.splice(index, 1, open())
  }
}

async function run(seed: number): Promise<string[]> {
  const random = createSeededRandom(seed)
  vi.spyOn(Math, 'random').mockImplementation(() => random.number(1_000_000) / 1_000_000)
  const inner = seed % 3 === 0 ? new RewindingJournal() : memoryJournal()
  const graceMs = random.pick([0, 500, 5000])
  const opened: Trial[] = []
  const open = (): Trial => {
    const trial = new Trial(random, inner, graceMs)
    opened.push(trial)
    return trial
  }
  const trials = [open(), open(), open()]
  for (let count = 0; count < 150; count += 1) {
    await step(trials, random, open)
    await clock.pass(random.pick([0, 1, 30, 400, 4000]))
    if (inner instanceof RewindingJournal && random.chance(2)) await inner.rewind(1 + random.number(3))
  }
  for (const trial of trials) trial.state = 'well'
  await clock.pass(3 * leaseMs + graceMs)
  const faults = await faultsOf(trials)
  for (const trial of opened) {
    trial.state = 'well'
    await trial.node.channels.close()
  }
  await clock.pass(1000)
  if (clock.waiting > 0) faults.push(`${clock.waiting} timers are left`)
  vi.restoreAllMocks()
  return faults
}

/** What the nodes list, and have told, beside what the model says. */
async function faultsOf(trials: readonly Trial[]): Promise<string[]> {
  const expected = [...new Set(trials.flatMap(({ readers }) => readers.map(({ id }) => id)))].toSorted().join()
  const faults: string[] = []
  const infos = new Set<string>()
  for (const { node, watching } of trials) {
    const listing = node.list('room')
    await clock.pass(2000)
    const list = await listing
    const listed = list.members.map(({ id }) => id).toSorted()
    if (listed.join() !== expected) faults.push(`lists ${listed.join()}, and not ${expected}`)
    if (list.isStale) faults.push('is stale')
    infos.add(JSON.stringify(list.members.toSorted((a, b) => (a.id < b.id ? -1 : 1))))
    for (const { ids: known } of watching) {
      if (known.toSorted().join() !== expected) faults.push(`has told of ${known.join()}, and not of ${expected}`)
    }
  }
  if (infos.size > 1) faults.push(`do not agree: ${[...infos].join(' ')}`)
  return faults
}

describe('whatever nodes and journal do, all nodes that live list in the end', () => {
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
    it(`who has readers on them, with one info (seed ${seed})`, async () => {
      expect(await run(seed)).toEqual([])
    })
  }
})
