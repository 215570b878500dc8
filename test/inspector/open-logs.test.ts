import {
  array,
  assert,
  type Arbitrary,
  constantFrom,
  integer,
  nat,
  property,
  record,
  shuffledSubarray,
} from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OpenedRecord } from '../../src/inspector-model/index.ts'
import { History, type HistoryBounds } from '../../src/inspector/history.ts'
import { OpenLogs } from '../../src/inspector/open-logs.ts'
import type { StreamLog } from '../../src/inspector/stream-log.ts'

const opened: OpenedRecord = { kind: 'opened', at: 1, stream: 's', source: 'server', method: 'GET', url: '/' }

interface Reader {
  readonly stream: { events: number }
  readonly log: StreamLog
}

function readersOf(history: History, count: number): Reader[] {
  return Array.from({ length: count }, () => {
    const log = history.open(opened)
    if (log === undefined) throw new Error('It has not opened.')
    return { stream: { events: 0 }, log }
  })
}

/** Everything that a page would be shown of a log. */
interface Content {
  readonly events: number
  readonly bytes: number
  readonly forgottenEvents: number
  readonly forgottenBytes: number
  readonly heldBytes: number
  readonly pieces: readonly string[]
}

function contentOf(log: StreamLog): Content {
  const { events, bytes, forgottenEvents, forgottenBytes, heldBytes, written } = log
  const pieces = written.map(({ frames, events: count }) => `${String(frames)}: ${count}`)
  return { events, bytes, forgottenEvents, forgottenBytes, heldBytes, pieces }
}

const countOf = ({ events, bytes }: Content): readonly number[] => [events, bytes]

const everyReader = Array.from({ length: 12 }, (_, place) => place)

/** The readers in `order` are written the same bytes, `times` times; then something happens to `strays`, or to all. */
interface Turn {
  readonly order: readonly number[]
  readonly strays: readonly number[]
  readonly times: number
  readonly events: number
  readonly bytes: number
  readonly afterwards: 'nothing' | 'text' | 'read' | 'end' | 'watch' | 'leave'
}

const turn: Arbitrary<Turn> = record({
  order: constantFrom(everyReader, everyReader, everyReader, everyReader.slice(0, 10), everyReader.toReversed()),
  strays: shuffledSubarray(everyReader, { maxLength: 2 }),
  times: integer({ min: 1, max: 2 }),
  events: nat({ max: 4 }),
  bytes: nat({ max: 9 }),
  afterwards: constantFrom('nothing', 'nothing', 'nothing', 'nothing', 'text', 'read', 'end', 'watch', 'leave'),
})
const turns = array(turn, { maxLength: 60 })

/** Plays turns with readers of two histories: one writes through open logs, one each write into its log. */
class Stage {
  readonly tested: History
  readonly plain: History
  readonly #logs: OpenLogs
  readonly #readers: Reader[]
  readonly #model: Reader[]
  readonly #ended = new Set<number>()
  #stop = (): void => {}

  constructor(bounds: HistoryBounds) {
    this.tested = new History(bounds)
    this.plain = new History(bounds)
    this.#logs = new OpenLogs(this.tested)
    this.#readers = readersOf(this.tested, everyReader.length)
    this.#model = readersOf(this.plain, everyReader.length)
    for (const { stream, log } of this.#readers) this.#logs.add(stream, log)
  }

  play({ order, strays, times, events, bytes, afterwards }: Turn): void {
    const frames = new Uint8Array(bytes).fill(bytes)
    for (let time = 0; time < times; time += 1) for (const place of order) this.#write(place, frames, events)
    for (const place of strays) {
      if (afterwards === 'text') this.#write(place, 'a text', 1)
      if (afterwards === 'end') this.#end(place)
    }
    if (afterwards === 'read') this.tested.find('s')
    if (afterwards === 'watch' || afterwards === 'leave') this.#stop()
    if (afterwards === 'watch') this.#stop = this.tested.watch(() => {}).stop
  }

  contents(): { readonly tested: Content[]; readonly plain: Content[] } {
    const tested = this.#readers.map(({ stream, log }) => contentOf(this.#logs.get(stream) ?? log))
    return { tested, plain: this.#model.map(({ log }) => contentOf(log)) }
  }

  #write(place: number, frames: string | Uint8Array, events: number): void {
    const reader = this.#readers[place]
    const model = this.#model[place]
    if (reader === undefined || model === undefined || this.#ended.has(place)) return
    reader.stream.events += events
    this.#logs.write(reader.stream, frames)
    this.plain.write(model.log, frames, events)
  }

  #end(place: number): void {
    const reader = this.#readers[place]
    if (reader === undefined) return
    this.#ended.add(place)
    this.#logs.delete(reader.stream)
  }
}

describe('what is noted for many readers at once', () => {
  it('is, whenever it is read, what each of them was written', () => {
    const check = property(turns, integer({ min: 1, max: 20 }), (played, eventsPerStream) => {
      const stage = new Stage({ eventsPerStream, maxBytes: 1e9 })
      for (const one of played) stage.play(one)
      const { tested, plain } = stage.contents()
      expect(tested).toEqual(plain)
      expect(stage.tested.heldBytes).toBe(stage.plain.heldBytes)
    })
    assert(check, { numRuns: 1000 })
  })

  it('stays within the bound of all streams, and is counted however much is let go', () => {
    const check = property(turns, integer({ min: 50, max: 500 }), (played, maxBytes) => {
      const stage = new Stage({ eventsPerStream: 10, maxBytes })
      for (const one of played) stage.play(one)
      const { tested, plain } = stage.contents()
      expect(tested.map(countOf)).toEqual(plain.map(countOf))
      expect(stage.tested.heldBytes).toBeLessThanOrEqual(maxBytes)
    })
    assert(check, { numRuns: 500 })
  })

  it('is told to whoever begins to look, and each write after that at once', () => {
    const history = new History({ eventsPerStream: 10, maxBytes: 1e9 })
    const logs = new OpenLogs(history)
    const readers = readersOf(history, 12)
    for (const { stream, log } of readers) logs.add(stream, log)
    const writeToAll = (): void => {
      const frames = new Uint8Array(7)
      for (const { stream } of readers) {
        stream.events += 1
        logs.write(stream, frames)
      }
    }
    for (let turns = 0; turns < 5; turns += 1) writeToAll()
    const told: string[] = []
    const { past, stop } = history.watch(({ kind }) => told.push(kind))
    expect(past.filter(({ kind }) => kind === 'wrote')).toHaveLength(5 * 12)
    for (let turns = 0; turns < 3; turns += 1) writeToAll()
    expect(told).toEqual(Array.from({ length: 3 * 12 }, () => 'wrote'))
    stop()
  })
})
