// A random step of many appends at once. Which comes first is the journal's choice: the answers tell, and the model must
// agree with each of them in that order.
import type { Appended, AppendOptions, Journal, Page } from '../../../journal/index.ts'
import { assert, assertEqual } from '../../assertion.ts'
import { checkPage } from '../cases/case.ts'
import { chooseData } from './choice.ts'
import { applyAppend, applyRead, judgeAppend, type LogModel } from './model.ts'
import { pickTopic, record, type Harness } from './harness.ts'

interface Call {
  readonly handle: Journal
  readonly data: string
  readonly options: AppendOptions
}

/** Appends over several handles, with a read among them, and compares. */
export async function appendAtOnce(harness: Harness): Promise<void> {
  const { topic, log } = pickTopic(harness)
  const before = log.tail
  const calls = chooseCalls(harness, log)
  record(harness, 'append at once', { topic, calls: calls.map(({ data, options }) => ({ data, options })) })
  const appends = calls.map(({ handle, data, options }) => handle.append(topic, data, options))
  const [settled, page] = await Promise.all([
    Promise.allSettled(appends),
    harness.random.pick(harness.handles).read(topic, 'start', 1000),
  ])
  const seen = checkAppended(log, calls, settled)
  checkRest(log, before, calls, settled)
  checkSeen(log, page, seen)
  for (const result of settled) if (result.status === 'fulfilled') harness.positions.push(result.value.position)
}

/**
 * Keys and retention are not mixed: whether a key is still known would depend on the order, of which the answer of a
 * duplicate tells nothing.
 */
function chooseCalls(harness: Harness, log: LogModel): Call[] {
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

/** Takes over what was appended; the data that a reader may have seen, by number. */
function checkAppended(log: LogModel, calls: Call[], settled: PromiseSettledResult<Appended>[]): Map<number, string> {
  const seen = new Map(log.events.map(({ seq, data }) => [seq, data]))
  const appended = settled.flatMap((result, index) => {
    const call = calls[index]
    return result.status === 'fulfilled' && !result.value.duplicate && call ? [{ ...call, ...result.value }] : []
  })
  for (const { data, options, position } of appended.toSorted((one, two) => one.position.seq - two.position.seq)) {
    assertEqual(judgeAppend(log, options), { seq: position.seq }, 'What the model says of the append')
    assertEqual(position.epoch, log.epoch || position.epoch, 'The epoch of the position')
    applyAppend(log, data, options, position)
    seen.set(position.seq, data)
  }
  return seen
}

/** Duplicates and refusals: the model must say the same now that everything is appended. */
function checkRest(log: LogModel, before: number, calls: Call[], settled: PromiseSettledResult<Appended>[]): void {
  for (const [index, result] of settled.entries()) {
    const verdict = judgeAppend(log, calls[index]?.options ?? {})
    if (result.status === 'rejected') {
      const refused = { refused: Reflect.get(Object(result.reason), 'code') }
      // The last event of the log may have come after the refusal.
      if (log.closed && refused.refused === 'ERR_FENCED') continue
      assertEqual(verdict, refused, `The refusal (${String(result.reason)})`)
      assert(log.closed || log.tail > before, 'An append was refused, and no other was done.')
    } else if (result.value.duplicate) {
      const { position } = result.value
      assert('duplicateOf' in verdict, `A duplicate of ${position.seq}, and the model knows no such key.`)
      assertEqual(position.seq, verdict.duplicateOf.seq, 'The number of the first one with this key')
    }
  }
}

/** The page may be of any moment in between, but not of another log or with other events. */
function checkSeen(log: LogModel, page: Page, seen: Map<number, string>): void {
  checkPage(page, 'start', 1000)
  applyRead(log, page)
  assertEqual(page.epoch, log.epoch, 'The epoch of the page')
  for (const { seq, data } of page.events) assertEqual(data, seen.get(seq), `The data of event ${seq}`)
}
