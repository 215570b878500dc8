import { afterAll, describe, expect, it, vi } from 'vitest'
import { createChannels, type Topic } from '../../src/channel/index.ts'
import { formatPosition } from '../../src/journal/index.ts'
import { createSeededRandom, type SeededRandom } from '../../src/testing/seeded-random.ts'
import { CheckedReader } from '../support/channel/checked-reader.ts'
import { UnreliableJournal } from '../support/journal/unreliable-journal.ts'

const { clock, restore } = await vi.hoisted(async () => {
  const { VirtualClock } = await import('../support/time/virtual-clock.ts')
  const virtual = new VirtualClock()
  // Before the rooms are loaded: one of them keeps the `setImmediate` that it finds.
  return { clock: virtual, restore: virtual.install() }
})
afterAll(restore)

const seeds = Number(process.env['CHANNEL_SEEDS'] ?? 20)
const firstSeed = Number(process.env['CHANNEL_FIRST_SEED'] ?? 1)

interface Trial {
  readonly journal: UnreliableJournal
  readonly random: SeededRandom
  readonly topic: Topic<string>
  readonly readers: readonly CheckedReader[]
  readonly disrupts: boolean
  readonly trims: boolean
  published: number
}

async function publishSome(trial: Trial): Promise<void> {
  const count = trial.random.chance(3) ? 400 : trial.random.number(12)
  for (let index = 0; index < count; index += 1) {
    trial.published += 1
    await trial.topic.publish(`event ${trial.published}`)
  }
}

function moveSomebody({ random, readers }: Trial): void {
  const reader = readers[random.number(readers.length)]
  if (reader === undefined) return
  if (!reader.isConnected) reader.connect()
  else if (random.chance(60)) reader.leave()
  else if (random.chance(10)) reader.forget()
}

async function upset({ random, journal, disrupts, trims }: Trial): Promise<void> {
  if (random.chance(3)) journal.interrupt()
  if (trims && random.chance(4)) await journal.trim('t', journal.first + random.number(journal.tail.seq + 1))
  if (disrupts && random.chance(1)) journal.replace()
  if (disrupts && random.chance(1)) journal.lose(1 + random.number(20))
}

async function run(seed: number): Promise<string[]> {
  const random = createSeededRandom(seed)
  vi.spyOn(Math, 'random').mockImplementation(() => random.number(1_000_000) / 1_000_000)
  const journal = new UnreliableJournal(random, {
    lost: random.pick([0, 5, 60]),
    doubled: 10,
    bare: random.pick([0, 10, 100]),
    failed: random.pick([0, 0, 5, 30]),
    delayMs: random.pick([0, 3, 40]),
  })
  const errors: unknown[] = []
  const options = { journal, healMs: 500, maxLagEvents: 300, onError: (error: unknown) => void errors.push(error) }
  const [one, other] = [createChannels(options), createChannels(options)]
  const topic = one.topic<string>('t')
  const nodes = [topic, other.topic<string>('t')] as const
  const readers = Array.from({ length: 8 }, () => new CheckedReader(journal, random, nodes))
  const trial = { journal, random, topic, readers, disrupts: seed % 3 === 0, trims: seed % 2 === 0, published: 0 }
  for (let step = 0; step < 250; step += 1) {
    await publishSome(trial)
    moveSomebody(trial)
    await upset(trial)
    await clock.pass(random.pick([0, 1, 5, 30]))
  }
  journal.unreliability = { lost: 0, doubled: 0, bare: 0, failed: 0, delayMs: 1 }
  for (const reader of readers) reader.isQuick = true
  // Those who were slow before may be sent away once more.
  for (let round = 0; round < 4; round += 1) {
    for (const reader of readers) if (!reader.isConnected) reader.connect()
    await clock.pass(2000)
  }
  const end = formatPosition({ ...journal.tail, nonce: '' })
  const faults = readers.flatMap((reader) => {
    const at = reader.position === undefined ? 'nowhere' : formatPosition({ ...reader.position, nonce: '' })
    return at === end ? reader.faults : [...reader.faults, `stands at ${at}, and not at ${end}`]
  })
  await Promise.all([one.close(), other.close()])
  for (const reader of readers) reader.leave()
  // The last hints and answers arrive, and slow readers wake up.
  await clock.pass(5000)
  if (journal.watchers > 0) faults.push(`${journal.watchers} watchers are left`)
  if (clock.waiting > 0) faults.push(`${clock.waiting} timers are left`)
  vi.restoreAllMocks()
  return faults
}

describe('whatever the journal does that it may do, a reader that keeps its place', () => {
  for (let seed = firstSeed; seed < firstSeed + seeds; seed += 1) {
    it(`gets each event once and in order, or is told (seed ${seed})`, async () => {
      expect(await run(seed)).toEqual([])
    })
  }
})
