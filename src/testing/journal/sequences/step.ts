// One random step: calls a method of a random handle, and compares the result with the model.
import type { Journal, ReadFrom } from '../../../journal/index.ts'
import { assert, assertEqual, rejectionOf } from '../../assertion.ts'
import { checkPage } from '../cases/case.ts'
import { chooseData, chooseFrom, chooseOptions } from './choice.ts'
import { applyAppend, applyRead, applyTrim, expectPage, judgeAppend } from './model.ts'
import { modelOf, pickTopic, restart, record, type Harness } from './harness.ts'
import { appendAtOnce } from './step-at-once.ts'

/** Takes a random step, and fails if the journal and the model differ. */
export async function takeStep(harness: Harness): Promise<void> {
  const chance = harness.random.number(100)
  if (chance < 40) return append(harness)
  if (chance < 50) return appendAtOnce(harness)
  if (chance < 80) return read(harness)
  if (chance < 90) return trim(harness)
  if (chance < 98) return compareAll(harness)
  record(harness, 'restart', {})
  await restart(harness)
  await compareAll(harness)
}

async function append(harness: Harness): Promise<void> {
  const { topic, log } = pickTopic(harness)
  const [data, options] = [chooseData(harness), chooseOptions(harness, log)]
  record(harness, 'append', { topic, data, options })
  const promise = harness.random.pick(harness.handles).append(topic, data, options)
  const verdict = judgeAppend(log, options)
  if ('refused' in verdict)
    return assertEqual(await rejectionOf(promise, 'The append'), verdict.refused, 'The error code')
  const { position, duplicate } = await promise
  assertEqual(duplicate, 'duplicateOf' in verdict, 'duplicate')
  const { seq, nonce } = 'duplicateOf' in verdict ? verdict.duplicateOf : { seq: verdict.seq, nonce: position.nonce }
  assertEqual(
    position,
    { epoch: log.epoch || (options.epoch ?? position.epoch), seq, nonce },
    'The position of the append',
  )
  if (!duplicate) applyAppend(log, data, options, position)
  harness.positions.push(position)
}

async function read(harness: Harness): Promise<void> {
  const { topic, log } = pickTopic(harness)
  const from = chooseFrom(harness, log)
  await compare(harness, harness.random.pick(harness.handles), topic, from, harness.random.pick([0, 1, 2, 3, 5, 100]))
}

async function compareAll(harness: Harness): Promise<void> {
  for (const topic of harness.topics) {
    for (const handle of harness.handles) await compare(harness, handle, topic, 'start', 1000)
  }
}

async function compare(harness: Harness, handle: Journal, topic: string, from: ReadFrom, limit: number): Promise<void> {
  record(harness, 'read', { topic, from, limit })
  const page = await handle.read(topic, from, limit)
  const log = modelOf(harness, topic)
  if (typeof from === 'string') applyRead(log, page)
  assert(typeof from !== 'string' || page.epoch !== '', 'A read from start or now has created no log.')
  checkPage(page, from, limit)
  assertEqual(page, expectPage(log, from, limit), 'The page')
}

async function trim(harness: Harness): Promise<void> {
  const { topic, log } = pickTopic(harness)
  const before = Math.max(1, log.tail + 2 - harness.random.number(12))
  record(harness, 'trim', { topic, before })
  await harness.random.pick(harness.handles).trim(topic, before)
  applyTrim(log, before)
}
