// One random step: on some handle, something that can be done with a journal; and what the model says of it.
import type { Journal, ReadFrom } from '../journal/index.ts'
import { assert, assertEqual, rejectionOf } from './assertion.ts'
import { checkPage } from './journal-case.ts'
import { chooseData, chooseFrom, chooseOptions } from './journal-choice.ts'
import { applyAppend, applyRead, applyTrim, expectPage, judgeAppend } from './journal-model.ts'
import { modelOf, pickTopic, restart, tell, type Scene } from './journal-scene.ts'
import { appendAtOnce } from './journal-step-at-once.ts'

/** Does something, and compares. */
export async function takeStep(scene: Scene): Promise<void> {
  const chance = scene.random.number(100)
  if (chance < 40) return append(scene)
  if (chance < 50) return appendAtOnce(scene)
  if (chance < 80) return read(scene)
  if (chance < 90) return trim(scene)
  if (chance < 98) return lookAtAll(scene)
  tell(scene, 'restart', {})
  await restart(scene)
  await lookAtAll(scene)
}

async function append(scene: Scene): Promise<void> {
  const { topic, log } = pickTopic(scene)
  const [data, options] = [chooseData(scene), chooseOptions(scene, log)]
  tell(scene, 'append', { topic, data, options })
  const promise = scene.random.pick(scene.handles).append(topic, data, options)
  const verdict = judgeAppend(log, options)
  if ('refused' in verdict) return assertEqual(await rejectionOf(promise, 'The append'), verdict.refused, 'The refusal')
  const { position, duplicate } = await promise
  assertEqual(duplicate, 'duplicateOf' in verdict, 'Whether it is a duplicate')
  const { seq, nonce } = 'duplicateOf' in verdict ? verdict.duplicateOf : { seq: verdict.seq, nonce: position.nonce }
  assertEqual(position, { epoch: log.epoch || (options.epoch ?? position.epoch), seq, nonce }, 'The position')
  if (!duplicate) applyAppend(log, data, options, position)
  scene.positions.push(position)
}

async function read(scene: Scene): Promise<void> {
  const { topic, log } = pickTopic(scene)
  const from = chooseFrom(scene, log)
  await compare(scene, scene.random.pick(scene.handles), topic, from, scene.random.pick([0, 1, 2, 3, 5, 100]))
}

async function lookAtAll(scene: Scene): Promise<void> {
  for (const topic of scene.topics) {
    for (const handle of scene.handles) await compare(scene, handle, topic, 'start', 1000)
  }
}

async function compare(scene: Scene, handle: Journal, topic: string, from: ReadFrom, limit: number): Promise<void> {
  tell(scene, 'read', { topic, from, limit })
  const page = await handle.read(topic, from, limit)
  const log = modelOf(scene, topic)
  if (typeof from === 'string') applyRead(log, page)
  assert(typeof from !== 'string' || page.epoch !== '', 'Reading from the start or the end made no log.')
  checkPage(page, from, limit)
  assertEqual(page, expectPage(log, from, limit), 'The page')
}

async function trim(scene: Scene): Promise<void> {
  const { topic, log } = pickTopic(scene)
  const before = Math.max(1, log.tail + 2 - scene.random.number(12))
  tell(scene, 'trim', { topic, before })
  await scene.random.pick(scene.handles).trim(topic, before)
  applyTrim(log, before)
}
