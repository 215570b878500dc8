// The random choices of a step: data and options of an append, and the position of a read.
import { createEpoch, type AppendOptions, type ReadFrom } from '../../../journal/index.ts'
import { nonceAt, type LogModel } from './model.ts'
import type { Harness } from './harness.ts'

/** Random JSON text of 20 to a few hundred bytes, often with characters of several bytes. */
export function chooseData({ random }: Harness): string {
  const text = random.pick(['', 'a', 'ä', '漢字', '👍', `'";--`]).repeat(random.number(40))
  return JSON.stringify({ text, number: random.number(1000) })
}

/** Random options of an append; most of them are accepted by the log, some refused. */
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

/** A random position: in the log, at its ends, beyond its end, or of another log. */
export function chooseFrom({ random, positions }: Harness, log: LogModel): ReadFrom {
  const earlier = positions[random.number(positions.length)]
  const current = { epoch: log.epoch || createEpoch(), seq: random.number(log.tail + 3), nonce: '' }
  // Once an event is dropped, its nonce is not known any more, and a wrong one is not recognized.
  const foreign = nonceAt(log, current.seq) === undefined ? current : { ...current, nonce: 'zzzzz' }
  return random.pick<ReadFrom>(['start', 'now', current, earlier ?? current, foreign])
}
