// A journal and its model side by side, while random steps are taken.
import { createEpoch, type Journal, type Position } from '../journal/index.ts'
import { freshTopic, type Stage } from './journal-case.ts'
import { createLogModel, type LogModel } from './journal-model.ts'
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

/** Closes all handles and opens new ones. */
export async function restart(scene: Scene): Promise<void> {
  scene.stage = await scene.stage.restart()
  scene.handles = await handlesOf(scene.stage)
  if (scene.stage.durable) return
  // A log that comes back must have another epoch: the old positions are kept, and must be foreign.
  for (const topic of scene.topics) scene.models.set(topic, createLogModel())
}

/** One of the topics, with its model. */
export function pickTopic(scene: Scene): { topic: string; log: LogModel } {
  const topic = scene.random.pick(scene.topics)
  return { topic, log: modelOf(scene, topic) }
}

/** What the topic's log should be. */
export function modelOf(scene: Scene, topic: string): LogModel {
  const log = scene.models.get(topic) ?? createLogModel()
  scene.models.set(topic, log)
  return log
}

/** Writes down what is done, for whoever has to find out what went wrong. */
export function tell({ story }: Scene, what: string, details: object): void {
  story.push(`${what} ${JSON.stringify(details)}`)
}

async function handlesOf(stage: Stage): Promise<readonly [Journal, ...Journal[]]> {
  return [stage.journal, stage.other, await stage.open()]
}
