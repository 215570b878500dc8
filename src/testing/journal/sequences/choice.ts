// What a random step appends, and where it reads from.
import { createEpoch, type AppendOptions, type ReadFrom } from '../../../journal/index.ts'
import { nonceAt, type LogModel } from './model.ts'
import type { Harness } from './harness.ts'

/** JSON text of 20 to a few hundred bytes, now and then of characters that take several. */
export function chooseData({ random }: Harness): string {
  const text = random.pick(['', 'a', 'ä', '漢字', '👍', `'";--`]).repeat(random.number(40))
  return JSON.stringify({ text, number: random.number(1000) })
}

/** Options of an append; most fit the log, some do not. */
export function chooseOptions({ random }: Harness, log: LogModel): AppendOptions {
  return {
    event: random.chance(30) ? random.pick(['one', 'zwöi', '三']) : undefined,
    key: random.chance(50) ? `key ${random.number(8)}` : undefined,
    expectSeq: random.chance(30) ? Math.max(0, log.tail + random.pick([0, 0, 0, 1, -1])) : undefined,
    epoch: random.chance(15) ? random.pick([log.epoch || createEpoch(), createEpoch()]) : undefined,
    close: random.chance(2) ? true : undefined,
    retention: random.pick([
      undefined,
      undefined,
      { maxEvents: 1 + random.number(6) },
      { maxBytes: 1 + random.number(400) },
      { maxEvents: false, maxBytes: false },
    ]),
  }
}

/** A place in the log, at its ends, beyond them, or in another log. */
export function chooseFrom({ random, positions }: Harness, log: LogModel): ReadFrom {
  const known = positions[random.number(positions.length)]
  const made = { epoch: log.epoch || createEpoch(), seq: random.number(log.tail + 3), nonce: '' }
  // Of an event that is gone nobody knows the nonce.
  const other = nonceAt(log, made.seq) === undefined ? made : { ...made, nonce: 'zzzzz' }
  return random.pick<ReadFrom>(['start', 'now', made, known ?? made, other])
}
