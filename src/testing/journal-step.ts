// One random step: on some handle, something that can be done with a journal; and what the model says of it.
import { createEpoch, type AppendOptions, type Journal, type Position, type ReadFrom } from '../journal/index.ts'
import { assert, assertEqual, rejectionOf } from './assertion.ts'
import { checkPage, freshTopic, type Stage } from './journal-case.ts'
import {
  applyAppend,
  applyRead,
  applyTrim,
  createLogModel,
  expectPage,
  judgeAppend,
  nonceAt,
  type LogModel,
} from './journal-model.ts'
import type { SeededRandom } from './seeded-random.ts'

/** The journal and its model, and what has happened so far. */
export interface Scene {
  readonly random: SeededRandom
  readonly topics: readonly [string, ...string[]]
  readonly models: Map<string, LogModel>
  /** Positions that some reader may still have, of logs that may be gone. */
  readonly positions: Position[]
  /** What was done, in words. */
  readonly story: string[]
  stage: Stage
  handles: readonly [Journal, ...Journal[]]
}

/** Three handles, two topics, nothing in them. */
export async function createScene(stage: Stage, random: SeededRandom): Promise<Scene> {
  const topics = [freshTopic(), freshTopic()] as const
  const models = new Map(topics.map((topic) => [topic, createLogModel()]))
  const positions = [{ epoch: createEpoch(), seq: 1, nonce: '' }]
  return { random, topics, models, positions, story: [], stage, handles: await handlesOf(stage) }
}

/** Does something, and compares. */
export async function takeStep(scene: Scene): Promise<void> {
  const step = scene.random.pick([
    append,
    append,
    append,
    append,
    appendAtOnce,
    read,
    read,
    read,
    trim,
    lookAtAll,
    mayRestart,
  ])
  await step(scene)
}

async function handlesOf(stage: Stage): Promise<readonly [Journal, ...Journal[]]> {
  return [stage.journal, stage.other, await stage.open()]
}

async function append(scene: Scene): Promise<void> {
  const { topic, log } = pickTopic(scene)
  const [data, options] = [randomData(scene), randomOptions(scene, log)]
  tell(scene, `append ${JSON.stringify({ topic, data, options })}`)
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

/** Which of them comes first is the journal's choice; the answers tell, and the model must agree with each in that order. */
async function appendAtOnce(scene: Scene): Promise<void> {
  const { topic, log } = pickTopic(scene)
  const before = log.tail
  const calls = Array.from({ length: 2 + scene.random.number(6) }, () => ({
    handle: scene.random.pick(scene.handles),
    data: randomData(scene),
    options: scene.random.chance(30)
      ? { expectSeq: log.tail }
      : { key: scene.random.chance(30) ? 'shared' : undefined },
  }))
  tell(
    scene,
    `append at once ${JSON.stringify({ topic, calls: calls.map(({ data, options }) => ({ data, options })) })}`,
  )
  const settled = await Promise.allSettled(
    calls.map(({ handle, data, options }) => handle.append(topic, data, options)),
  )
  const done = settled.flatMap((result, index) => {
    const call = calls[index]
    if (result.status === 'fulfilled' && call !== undefined) return [{ ...call, ...result.value }]
    return []
  })
  for (const { data, options, position } of inOrder(done)) {
    assertEqual(judgeAppend(log, options), { seq: position.seq }, 'What the model says of the append')
    applyAppend(log, data, options, position)
  }
  checkTheRest()
  scene.positions.push(...done.map(({ position }) => position))

  function checkTheRest(): void {
    for (const { options, position, duplicate } of done) {
      if (!duplicate) continue
      const verdict = judgeAppend(log, options)
      assert('duplicateOf' in verdict, `A duplicate of ${position.seq}, and the model knows no such key.`)
      assertEqual(position.seq, verdict.duplicateOf.seq, 'The number of the first one with this key')
    }
    for (const [index, result] of settled.entries()) {
      if (result.status === 'fulfilled') continue
      const refused = { refused: Reflect.get(Object(result.reason), 'code') }
      assertEqual(judgeAppend(log, calls[index]?.options ?? {}), refused, `The refusal (${String(result.reason)})`)
      assert(log.closed || log.tail > before, 'An append was refused, and no other was done.')
    }
  }
}

async function read(scene: Scene): Promise<void> {
  const { topic, log } = pickTopic(scene)
  const from = randomFrom(scene, log)
  await compare(scene, scene.random.pick(scene.handles), topic, from, scene.random.pick([0, 1, 2, 3, 5, 100]))
}

async function lookAtAll(scene: Scene): Promise<void> {
  for (const topic of scene.topics) {
    for (const handle of scene.handles) await compare(scene, handle, topic, 'start', 1000)
  }
}

async function compare(scene: Scene, handle: Journal, topic: string, from: ReadFrom, limit: number): Promise<void> {
  tell(scene, `read ${JSON.stringify({ topic, from, limit })}`)
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
  tell(scene, `trim ${JSON.stringify({ topic, before })}`)
  await scene.random.pick(scene.handles).trim(topic, before)
  applyTrim(log, before)
}

async function mayRestart(scene: Scene): Promise<void> {
  if (!scene.random.chance(20)) return
  tell(scene, 'restart')
  scene.stage = await scene.stage.restart()
  scene.handles = await handlesOf(scene.stage)
  if (scene.stage.durable) return lookAtAll(scene)
  // A log that comes back must have another epoch: the old positions are kept, and must be foreign.
  for (const topic of scene.topics) scene.models.set(topic, createLogModel())
}

function pickTopic(scene: Scene): { topic: string; log: LogModel } {
  const topic = scene.random.pick(scene.topics)
  return { topic, log: modelOf(scene, topic) }
}

function modelOf(scene: Scene, topic: string): LogModel {
  const log = scene.models.get(topic) ?? createLogModel()
  scene.models.set(topic, log)
  return log
}

function randomData({ random }: Scene): string {
  const text = random.pick(['', 'a', 'ä', '漢字', '👍', `'";--`]).repeat(random.number(40))
  return JSON.stringify({ text, number: random.number(1000) })
}

function randomOptions({ random }: Scene, log: LogModel): AppendOptions {
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

function randomFrom({ random, positions }: Scene, log: LogModel): ReadFrom {
  const known = positions[random.number(positions.length)]
  const made = { epoch: log.epoch || createEpoch(), seq: random.number(log.tail + 3), nonce: '' }
  // Of an event that is gone nobody knows the nonce.
  const other = nonceAt(log, made.seq) === undefined ? made : { ...made, nonce: 'zzzzz' }
  return random.pick<ReadFrom>(['start', 'now', made, known ?? made, other])
}

function inOrder<Done extends { readonly duplicate: boolean; readonly position: Position }>(done: Done[]): Done[] {
  return done.filter(({ duplicate }) => !duplicate).toSorted((one, two) => one.position.seq - two.position.seq)
}

function tell({ story }: Scene, step: string): void {
  story.push(step)
}
