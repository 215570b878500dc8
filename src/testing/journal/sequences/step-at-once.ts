// A random step of concurrent appends. The journal chooses their order: the model applies them in the order of their
// sequence numbers, and must agree with every result.
import type { Appended, AppendOptions, Journal, Page } from '../../../journal/index.ts'
import { assert, assertEqual } from '../../assertion.ts'
import { checkPage } from '../cases/case.ts'
import { chooseData } from './choice.ts'
import { applyAppend, applyRead, judgeAppend, type LogModel } from './model.ts'
import { pickTopic, record, type Harness } from './harness.ts'

interface AppendCall {
  readonly handle: Journal
  readonly data: string
  readonly options: AppendOptions
}

/** Appends concurrently on several handles, with a read at the same time, and compares the results with the model. */
export async function appendAtOnce(harness: Harness): Promise<void> {
  const { topic, log } = pickTopic(harness)
  const before = log.tail
  const calls = chooseCalls(harness, log)
  record(harness, 'concurrent appends', { topic, calls: calls.map(({ data, options }) => ({ data, options })) })
  const appends = calls.map(({ handle, data, options }) => handle.append(topic, data, options))
  const [settled, page] = await Promise.all([
    Promise.allSettled(appends),
    harness.random.pick(harness.handles).read(topic, 'start'),
  ])
  const stored = applyAppends(log, calls, settled)
  checkDuplicatesAndRefusals(log, before, calls, settled)
  checkConcurrentPage(log, page, stored)
  for (const result of settled) if (result.status === 'fulfilled') harness.positions.push(result.value.position)
}

/**
 * Random appends, with either keys or retention: with both, whether a key is still known depends on the order, and the
 * result of a duplicate does not show when it was found.
 */
function chooseCalls(harness: Harness, log: LogModel): AppendCall[] {
  const { random } = harness
  const retention = { maxEvents: 1 + random.number(4) }
  const isRetained = random.chance(40)
  const choose = (): AppendOptions => {
    if (random.chance(30)) return { expectSeq: log.tail }
    if (isRetained) return random.chance(50) ? { retention } : { retention: { maxBytes: 200 } }
    return { key: random.chance(30) ? 'shared' : undefined, close: random.chance(1) ? true : undefined }
  }
  return Array.from({ length: 2 + random.number(6) }, () => {
    return { handle: random.pick(harness.handles), data: chooseData(harness), options: choose() }
  })
}

/** Applies the appends to the model; returns the data that the concurrent read may have found, by sequence number. */
function applyAppends(
  log: LogModel,
  calls: AppendCall[],
  settled: PromiseSettledResult<Appended>[],
): Map<number, string> {
  const stored = new Map(log.events.map(({ seq, data }) => [seq, data]))
  const appended = settled.flatMap((result, index) => {
    const call = calls[index]
    return result.status === 'fulfilled' && !result.value.duplicate && call ? [{ ...call, ...result.value }] : []
  })
  for (const { data, options, position } of appended.toSorted((one, two) => one.position.seq - two.position.seq)) {
    assertEqual(judgeAppend(log, options), { seq: position.seq }, 'The outcome of the append in the model')
    assertEqual(position.epoch, log.epoch || position.epoch, 'The epoch of the position')
    applyAppend(log, data, options, position)
    stored.set(position.seq, data)
  }
  return stored
}

/** Compares duplicates and refusals with the model, to which all appends have been applied. */
function checkDuplicatesAndRefusals(
  log: LogModel,
  before: number,
  calls: AppendCall[],
  settled: PromiseSettledResult<Appended>[],
): void {
  for (const [index, result] of settled.entries()) {
    const verdict = judgeAppend(log, calls[index]?.options ?? {})
    if (result.status === 'rejected') {
      const refused = { refused: Reflect.get(Object(result.reason), 'code') }
      // The append that closed the log may have been stored after this refusal.
      if (log.closed && refused.refused === 'ERR_FENCED') continue
      assertEqual(verdict, refused, `The outcome in the model of an append that was refused (${String(result.reason)})`)
      assert(log.closed || log.tail > before, 'An append was refused although no other was stored.')
    } else if (result.value.duplicate) {
      const { position } = result.value
      assert(
        'duplicateOf' in verdict,
        `An append is a duplicate of event ${position.seq}, but the model has no event with its key.`,
      )
      assertEqual(position.seq, verdict.duplicateOf.seq, 'The seq of the first event with this key')
    }
  }
}

/** The page of the concurrent read may show any moment of the step, but no other log and no other events. */
function checkConcurrentPage(log: LogModel, page: Page, stored: Map<number, string>): void {
  checkPage(page, 'start')
  applyRead(log, page)
  assertEqual(page.epoch, log.epoch, 'The epoch of the page')
  for (const { seq, data } of page.events) assertEqual(data, stored.get(seq), `The data of event ${seq}`)
}
