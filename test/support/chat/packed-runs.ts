// What must be true of the packed log of a run, over any journal that two nodes share.
import { expect } from 'vitest'
import { chatCodec } from '../../../src/ai/packing/chat-codec.ts'
import { packLog } from '../../../src/channel/packed/pack-log.ts'
import { packedPlace } from '../../../src/channel/packed/place.ts'
import { createSecretEpoch, formatPosition, type Journal, type StoredEvent } from '../../../src/journal/index.ts'
import { ControlEvent } from '../../../src/sse/index.ts'
import { openNode, type DirectNode } from '../channel/direct-node.ts'
import { ForwardingJournal } from '../journal/forwarding-journal.ts'
import { randomStored } from './random-stored.ts'

export type TwoJournals = readonly [Journal, Journal]

const ada = { user: 'ada' }

const forgetAfterMs = 3_600_000

/** An item that a reader gets, without what differs from request to request. */
type Item = readonly [id: string, event: string | undefined, data: unknown]

/** A node that reads packed logs, and packs none by itself. */
function openPackedNode(journal: Journal): DirectNode {
  const node = openNode(journal)
  node.runs.logs.packBy(chatCodec, false)
  return node
}

/** Stores a run that has ended. Resolves with its id. */
async function writeRun(journal: Journal, events: readonly Pick<StoredEvent, 'event' | 'data'>[]): Promise<string> {
  const id = createSecretEpoch()
  const retention = { maxEvents: false, maxBytes: false, forgetAfterMs } as const
  const said = events.map(({ event, data }) => ({ event, data }))
  for (let at = 0; at < said.length; at += 500)
    await journal.appendAll(`~run/${id}`, said.slice(at, at + 500), { epoch: id, retention })
  await journal.append(`~run/${id}`, '{}', { epoch: id, event: 'tidings:end', close: true, retention })
  const lease = JSON.stringify({ owner: ada.user, node: 'gone', state: 'ended' })
  await journal.append(`~run/${id}/lease`, lease, { epoch: id, close: true })
  return id
}

/** Packs the log of a run, as a node does some time after its end. */
function pack(journal: Journal, id: string): Promise<void> {
  return packLog(packedPlace(`~run/${id}`, id), { journal, codec: chatCodec, forgetAfterMs })
}

/** What a reader gets behind a position. */
async function itemsBehind({ runs }: DirectNode, id: string): Promise<Item[]> {
  const resumed = await runs.follow({ ctx: ada, route: '', lastEventId: id, idempotencyKey: undefined })
  if (resumed.outcome !== 'following') throw new Error(resumed.outcome)
  const items: Item[] = []
  const iterator = resumed.source.stored()
  for (;;) {
    const { done, value } = await iterator.next()
    if (done === true) return items
    if (value instanceof ControlEvent) items.push([value.id, value.event, value.data])
    else items.push([value.id, value.event, value.data])
  }
}

/** The rows that a journal has of a run's own log and of its packed one. */
export async function rowsOf(journal: Journal, id: string): Promise<readonly [own: number, packed: number]> {
  const count = async (topic: string): Promise<number> => {
    const { first, tail, epoch } = await journal.read(topic, beginning(id), { limit: 0 })
    return epoch === '' ? 0 : tail - first + 1
  }
  return [await count(`~run/${id}`), await count(`~run/${id}/packed`)]
}

/** All text that a journal has of a run. */
async function textOf(journal: Journal, id: string): Promise<string> {
  const pages = [
    await journal.read(`~run/${id}`, beginning(id)),
    await journal.read(`~run/${id}/packed`, beginning(id)),
  ]
  return pages.flatMap(({ events }) => events.map(({ data }) => data)).join('\n')
}

const beginning = (id: string) => ({ epoch: id, seq: 0, nonce: '' })

/** A log that is long enough to be packed. */
const logOf = (seed: number, length = 150) =>
  [...randomStored(seed), ...randomStored(seed + 1), ...randomStored(seed + 2, 'none', length)]
    // What cannot be appended is erased.
    .filter(({ erased }) => erased !== true)

const longLogOf = (seed: number) => [...logOf(seed), ...logOf(seed + 10), ...logOf(seed + 20)]

/** Each position that a reader may hold is as good as before, on either node, and so is one of another history. */
async function keepsPositions(journals: TwoJournals): Promise<void> {
  const [journal] = journals
  const id = await writeRun(journal, logOf(1))
  const nodes = journals.map(openPackedNode)
  const { events, tail } = await journal.read(`~run/${id}`, beginning(id), { limit: 5000, maxBytes: 1e8 })
  expect(events).toHaveLength(tail)
  const positions = events.map(({ seq, nonce }) => formatPosition({ epoch: id, seq, nonce }))
  const bare = [1, 63, 64, 65, tail - 1].map((seq) => formatPosition({ epoch: id, seq, nonce: '' }))
  const strange = [10, tail - 1, tail].map((seq) => formatPosition({ epoch: id, seq, nonce: 'zzzzz' }))
  const asked = [`${id}.0`, ...positions, ...bare, ...strange]
  const readAll = async (node: DirectNode) => Promise.all(asked.map((position) => itemsBehind(node, position)))
  const before = await readAll(openPackedNode(journal))
  expect(before[0]?.filter(([, event]) => event !== 'tidings:open')).toHaveLength(tail)
  await pack(journal, id)
  expect((await rowsOf(journal, id))[0]).toBe(1)
  for (const node of nodes) expect(await readAll(node)).toEqual(before)
}

/** Two nodes that pack at once write one packed log. */
async function packsAtOnce(journals: TwoJournals): Promise<void> {
  for (let seed = 1; seed <= 2; seed += 1) {
    const id = await writeRun(journals[0], longLogOf(seed))
    const before = await itemsBehind(openPackedNode(journals[0]), `${id}.0`)
    await Promise.all(journals.flatMap((journal) => [pack(journal, id), pack(journal, id)]))
    const rows = await rowsOf(journals[0], id)
    expect(rows[0]).toBe(1)
    await pack(journals[1], id)
    expect(await rowsOf(journals[1], id)).toEqual(rows)
    expect(await itemsBehind(openPackedNode(journals[1]), `${id}.0`)).toEqual(before)
  }
}

/** A journal that dies at its n-th call: with nothing done, or with all of it done and no answer. */
class DyingJournal extends ForwardingJournal {
  calls = 0
  readonly #last: number
  readonly #isDone: boolean
  readonly #before: () => Promise<unknown>

  constructor(inner: Journal, last: number, isDone: boolean, before: () => Promise<unknown> = async () => {}) {
    super(inner)
    this.#last = last
    this.#isDone = isDone
    this.#before = before
  }

  override append: Journal['append'] = (...given) => this.#pass(() => this.inner.append(...given))
  override appendAll: Journal['appendAll'] = (...given) => this.#pass(() => this.inner.appendAll(...given))
  override read: Journal['read'] = (...given) => this.#pass(() => this.inner.read(...given))
  override trim: Journal['trim'] = (...given) => this.#pass(() => this.inner.trim(...given))

  async #pass<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    this.calls += 1
    if (this.calls !== this.#last) return work()
    await this.#before()
    if (this.#isDone) await work()
    throw new Error('The test has killed the node.')
  }
}

/** A node that dies at any step of packing loses nothing, and the next one packs the rest. */
async function survivesDeaths(journals: TwoJournals): Promise<void> {
  const [journal, other] = journals
  for (const isDone of [false, true]) {
    let calls = 1
    for (let last = 1; last <= calls; last += 1) {
      const id = await writeRun(journal, longLogOf(5))
      const before = await itemsBehind(openPackedNode(journal), `${id}.0`)
      const dying = new DyingJournal(journal, last, isDone)
      const death = await pack(dying, id).catch((error: unknown) => String(error))
      calls = Math.max(calls, dying.calls + (death === undefined ? 0 : 1))
      expect(await itemsBehind(openPackedNode(other), `${id}.0`), `before call ${last}`).toEqual(before)
      await pack(other, id)
      expect((await rowsOf(journal, id))[0]).toBe(1)
      expect(await itemsBehind(openPackedNode(journal), `${id}.0`), `after call ${last}`).toEqual(before)
    }
    expect(calls).toBeGreaterThan(5)
  }
}

/** A reader that is in the middle of a run when it is packed gets all the rest, and the end. */
async function servesSlowReaders(journals: TwoJournals): Promise<void> {
  const id = await writeRun(journals[0], longLogOf(7))
  const node = openPackedNode(journals[1])
  const before = await itemsBehind(node, `${id}.0`)
  const resumed = await node.runs.follow({ ctx: ada, route: '', lastEventId: `${id}.0`, idempotencyKey: undefined })
  if (resumed.outcome !== 'following') throw new Error(resumed.outcome)
  const iterator = resumed.source.stored()
  const got: unknown[] = []
  for (let index = 0; ; index += 1) {
    if (index === 20) await pack(journals[0], id)
    const { done, value } = await iterator.next()
    if (done === true) break
    got.push(value instanceof ControlEvent ? [value.id, value.event, value.data] : [value.id, value.event, value.data])
  }
  expect(got).toEqual(before)
}

const secret = (count: number) =>
  Array.from({ length: count }, () => ({
    event: 'text-delta',
    data: JSON.stringify({ type: 'text-delta', id: 't1', delta: 'secret ' }),
  }))

/** A run that is packed is erased for good, in both logs and on both nodes. */
async function erasesPacked(journals: TwoJournals): Promise<void> {
  const id = await writeRun(journals[0], secret(3000))
  const [own, other] = [openPackedNode(journals[0]), openPackedNode(journals[1])]
  await pack(journals[0], id)
  expect(await textOf(journals[0], id)).toContain('secret')
  for (const node of [own, other]) expect((await itemsBehind(node, `${id}.0`)).length).toBeGreaterThan(3000)
  expect(await other.runs.erase(id, { user: 'bob' })).toBe(false)
  expect(await other.runs.erase(id, ada)).toBe(true)
  expect((await textOf(journals[0], id)).slice(0, 100)).toBe('null\nnull')
  for (const node of [own, other]) {
    const items = await itemsBehind(node, `${id}.0`)
    expect(JSON.stringify(items)).not.toContain('secret')
    expect(items.map(([, event]) => event)).toContain('tidings:gap')
  }
  await pack(journals[0], id)
  expect(await textOf(journals[1], id)).toBe('null\nnull')
  expect(await own.runs.erase(id, ada)).toBe(true)
}

/** A run that is erased at any step of packing does not come back. */
async function erasesWhilePacked(journals: TwoJournals): Promise<void> {
  const [journal, other] = journals
  let last = 1
  for (; ; last += 1) {
    const id = await writeRun(journal, secret(1500))
    const eraser = openPackedNode(other)
    const erasing = new DyingJournal(journal, last, true, () => eraser.runs.erase(id, ada))
    // The call is made, and its answer lost: the node tries again.
    await pack(erasing, id).catch(() => pack(erasing, id))
    if (erasing.calls < last) break
    expect((await textOf(journal, id)).slice(0, 100), `at call ${last}`).toBe('null\nnull')
    expect(JSON.stringify(await itemsBehind(openPackedNode(other), `${id}.0`)).includes('secret')).toBe(false)
  }
  expect(last).toBeGreaterThan(7)
}

/** What was erased of a run in its journal stays a gap. */
async function keepsErasedEvents(journals: TwoJournals): Promise<void> {
  const id = await writeRun(journals[0], [...secret(40), { event: 'data', data: '"to be erased"' }, ...secret(40)])
  await journals[0].erase(`~run/${id}`, { epoch: id, seq: 41, nonce: '' })
  const before = await itemsBehind(openPackedNode(journals[0]), `${id}.0`)
  expect(before.map(([, event]) => event)).toContain('tidings:gap')
  await pack(journals[1], id)
  expect((await rowsOf(journals[0], id))[0]).toBe(1)
  expect(await textOf(journals[0], id)).not.toContain('to be erased')
  expect(await itemsBehind(openPackedNode(journals[1]), `${id}.0`)).toEqual(before)
}

/** A log that lacks its beginning, or is short, or goes on, is left as it is. */
async function leavesOthers(journals: TwoJournals): Promise<void> {
  const [journal] = journals
  const [headless, short] = [await writeRun(journal, secret(100)), await writeRun(journal, secret(50))]
  await journal.trim(`~run/${headless}`, 10)
  const open = createSecretEpoch()
  await journal.appendAll(`~run/${open}`, secret(100), { epoch: open })
  for (const id of [headless, short, open, 'nosuchrun']) await pack(journal, id)
  expect(await rowsOf(journal, headless)).toEqual([92, 0])
  expect(await rowsOf(journal, short)).toEqual([51, 0])
  expect(await rowsOf(journal, open)).toEqual([100, 0])
  expect(await rowsOf(journal, 'nosuchrun')).toEqual([0, 0])
  const items = await itemsBehind(openPackedNode(journal), `${headless}.0`)
  expect(items.map(([, event]) => event).slice(-92, -1)).toEqual(Array.from({ length: 91 }, () => 'text-delta'))
}

/** Nothing is dropped of a log whose packed form is not what a node would have written, or is not closed. */
async function distrustsOthers(journals: TwoJournals): Promise<void> {
  const [journal] = journals
  const [model, strange, open] = [
    await writeRun(journal, secret(100)),
    await writeRun(journal, secret(100)),
    await writeRun(journal, secret(100)),
  ]
  await pack(journal, model)
  const { events } = await journal.read(`~run/${model}/packed`, beginning(model))
  const [{ event, data } = { event: '', data: '' }] = events
  const append = (id: string, text: string, close: boolean) =>
    journal.append(`~run/${id}/packed`, text, { event, epoch: id, close })
  await append(strange, '{"events":[]}', true)
  await append(open, data, false)
  for (const id of [strange, open]) {
    await pack(journal, id)
    expect(await rowsOf(journal, id)).toEqual([101, 1])
    expect((await itemsBehind(openPackedNode(journal), `${id}.0`)).length).toBeGreaterThan(100)
  }
}

/** All of it, each with its name. */
export const packedRunCases: readonly (readonly [string, (journals: TwoJournals) => Promise<void>])[] = [
  ['each position that a reader may hold is as good as before', keepsPositions],
  ['two nodes that pack at once write one packed log', packsAtOnce],
  ['a node that dies at any step of packing loses nothing, and the next one packs the rest', survivesDeaths],
  ['a reader that is in the middle when a run is packed gets all the rest', servesSlowReaders],
  ['a run that is packed is erased for good', erasesPacked],
  ['a run that is erased at any step of packing does not come back', erasesWhilePacked],
  ['what was erased of a run in its journal stays a gap', keepsErasedEvents],
  ['nothing is dropped whose packed form is not what it should be, or is open', distrustsOthers],
  ['a log that lacks its beginning, is short, or goes on, is left as it is', leavesOthers],
]
