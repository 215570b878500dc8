// Closed logs of runs as journals may hold them: deltas of several parts in turn, cut anywhere, among all kinds of other events.
import type { StoredEvent } from '../../../src/journal/index.ts'
import { createSeededRandom, type SeededRandom } from '../../../src/testing/seeded-random.ts'

const pieces = [
  'a',
  'é',
  '漢字',
  '\ud83d',
  '\ude00',
  '👩‍👩‍👧',
  '',
  'word ',
  '\n',
  '"\\',
  '\u2028',
  'x'.repeat(40),
  'y'.repeat(2000),
]

const others: readonly Omit<StoredEvent, 'seq' | 'nonce'>[] = [
  { event: 'run-start', data: '{"type":"run-start","runId":"r","at":1}' },
  { event: 'data', data: '{"type":"data","name":"x","data":{"b":[1,2.5,null],"a":"é\\n"}}' },
  // JSON that is another text once it was parsed.
  { event: 'data', data: '{ "10": 1, "2": 2 }' },
  { event: 'data', data: '{"n":1.0e1,"__proto__":{"x":1}}' },
  { data: '"a message"' },
  { event: '', data: '{}' },
  // Deltas that say more, or something else, than a delta does.
  { event: 'text-delta', data: '{"type":"text-delta","id":"p0","delta":"x","providerMetadata":{"p":{"a":1}}}' },
  { event: 'text-delta', data: '{"id":"p0","type":"text-delta","delta":"x"}' },
  { event: 'text-delta', data: '{"type":"text-delta","id":1,"delta":"x"}' },
  { event: 'text-delta', data: '"text"' },
  { event: 'reasoning-delta', data: '{"type":"text-delta","id":"p0","delta":"x"}' },
  { data: 'null', erased: true },
]

/** What engines give for nonces: none, of one length, or of some events only. */
export type Nonces = 'none' | 'all' | 'some'

/** The events of a closed log, but for the one that closes it. The same for the same seed. */
export function randomStored(seed: number, nonces: Nonces = 'none', length = 60): StoredEvent[] {
  const random = createSeededRandom(seed)
  return Array.from({ length: 1 + random.number(length) }, (_, index) => ({
    seq: index + 1,
    nonce: nonces === 'none' || (nonces === 'some' && random.number(3) === 0) ? '' : nonceOf(random),
    ...eventOf(random),
  }))
}

function nonceOf(random: SeededRandom): string {
  return Array.from({ length: 5 }, () => random.number(36).toString(36)).join('')
}

function eventOf(random: SeededRandom): Omit<StoredEvent, 'seq' | 'nonce'> {
  const kind = random.number(10)
  const text = pieces[random.number(pieces.length)] ?? ''
  if (kind < 5) {
    const type = `${['text', 'reasoning', 'refusal'][random.number(3)]}-delta`
    return { event: type, data: JSON.stringify({ type, id: `p${random.number(3)}`, delta: text }) }
  }
  if (kind < 8) {
    const type = 'tool-input-delta'
    return { event: type, data: JSON.stringify({ type, toolCallId: `c ${random.number(2)}`, inputTextDelta: text }) }
  }
  return others[random.number(others.length)] ?? { data: 'null' }
}
