// One random step: calls a method of a random handle, and compares the result with the model.
import type { Journal, ReadFrom, ReadOptions } from '../../../journal/index.ts'
import { assert, assertEqual, rejectionOf } from '../../assertion.ts'
import { checkPage } from '../cases/case.ts'
import { chooseData, chooseFrom, chooseOptions } from './choice.ts'
import { applyAppend, applyAppendAll, applyErase, applyRead, applyTrim, expectPage, judgeAppend } from './model.ts'
import { modelOf, pickTopic, restart, record, type Harness } from './harness.ts'
import { appendAtOnce } from './step-at-once.ts'

/** Takes a random step, and fails if the journal and the model differ. */
export async function takeStep(harness: Harness): Promise<void> {
  const chance = harness.random.number(100)
  if (chance < 30) return append(harness)
  if (chance < 37) return appendAll(harness)
  if (chance < 42) return erase(harness)
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

async function appendAll(harness: Harness): Promise<void> {
  const { random } = harness
  const { topic, log } = pickTopic(harness)
  const { key: _key, event: _event, ...options } = chooseOptions(harness, log)
  const events = Array.from({ length: 1 + random.number(5) }, () => {
    return { data: chooseData(harness), event: random.chance(30) ? 'one of many' : undefined }
  })
  record(harness, 'appendAll', { topic, events, options })
  const handle = random.pick(harness.handles)
  const promise = handle.appendAll(topic, events, options)
  const verdict = judgeAppend(log, options)
  if ('refused' in verdict)
    return assertEqual(await rejectionOf(promise, 'The append'), verdict.refused, 'The error code')
  const position = await promise
  assertEqual(position.seq, log.tail + events.length, 'The seq of the last event')
  // Retention may have dropped some of them: their nonces are not read any more.
  const page = await handle.read(topic, { epoch: position.epoch, seq: log.tail, nonce: '' })
  const nonces = events.map((_, index) => page.events.find(({ seq }) => seq === log.tail + 1 + index)?.nonce)
  const lastDropped = page.first - log.tail - 2
  if (lastDropped >= 0) nonces[lastDropped] = page.trimmedNonce
  applyAppendAll(log, events, options, { epoch: position.epoch, nonces: nonces.map((nonce) => nonce ?? '') })
  assertEqual(position, { epoch: log.epoch, seq: log.tail, nonce: log.nonce }, 'The position of the append')
  harness.positions.push(position)
}

async function erase(harness: Harness): Promise<void> {
  const { topic, log } = pickTopic(harness)
  const from = chooseFrom(harness, log)
  if (typeof from === 'string') return
  record(harness, 'erase', { topic, position: from })
  const erased = await harness.random.pick(harness.handles).erase(topic, from)
  assertEqual(erased, applyErase(log, from), 'Whether the event is erased')
}

async function read(harness: Harness): Promise<void> {
  const { topic, log } = pickTopic(harness)
  const from = chooseFrom(harness, log)
  const limit = harness.random.pick([0, 1, 2, 3, 5, 100])
  const maxBytes = harness.random.pick([undefined, 1, 50, 200, 1000])
  await compare(harness, harness.random.pick(harness.handles), topic, from, { limit, maxBytes })
}

async function compareAll(harness: Harness): Promise<void> {
  for (const topic of harness.topics) {
    for (const handle of harness.handles) await compare(harness, handle, topic, 'start')
  }
}

async function compare(
  harness: Harness,
  handle: Journal,
  topic: string,
  from: ReadFrom,
  options: ReadOptions = {},
): Promise<void> {
  record(harness, 'read', { topic, from, options })
  const page = await handle.read(topic, from, options)
  const log = modelOf(harness, topic)
  if (typeof from === 'string') applyRead(log, page)
  assert(typeof from !== 'string' || page.epoch !== '', 'A read from start or now has created no log.')
  checkPage(page, from, options)
  assertEqual(page, expectPage(log, from, options), 'The page')
}

async function trim(harness: Harness): Promise<void> {
  const { topic, log } = pickTopic(harness)
  const before = Math.max(1, log.tail + 2 - harness.random.number(12))
  record(harness, 'trim', { topic, before })
  await harness.random.pick(harness.handles).trim(topic, before)
  applyTrim(log, before)
}
