// The state of one random sequence: a journal, and the model that it is compared with.
import { createEpoch, type Journal, type Position } from '../../../journal/index.ts'
import { freshTopic, type CaseContext } from '../cases/case.ts'
import { createLogModel, type LogModel } from './model.ts'
import type { SeededRandom } from '../../seeded-random.ts'

/** The handles of the journal, the model of each topic, and the steps taken so far. */
export interface Harness {
  readonly random: SeededRandom
  readonly topics: readonly [string, ...string[]]
  readonly models: Map<string, LogModel>
  /** Positions that a reader may still have; some are of logs that no longer exist. */
  readonly positions: Position[]
  /** The steps taken so far, as text for the error message. */
  readonly steps: string[]
  context: CaseContext
  handles: readonly [Journal, ...Journal[]]
}

/** Creates a harness with three handles and two unused topics. */
export async function createHarness(context: CaseContext, random: SeededRandom): Promise<Harness> {
  const topics = [freshTopic(), freshTopic()] as const
  const models = new Map(topics.map((topic) => [topic, createLogModel()]))
  const positions = [{ epoch: createEpoch(), seq: 1, nonce: '' }]
  return { random, topics, models, positions, steps: [], context, handles: await handlesOf(context) }
}

/** Closes all handles and opens new ones. */
export async function restart(harness: Harness): Promise<void> {
  harness.context = await harness.context.restart()
  harness.handles = await handlesOf(harness.context)
  if (harness.context.durable) return
  // The logs are lost, and new ones have other epochs: the old positions stay in the harness, and must now be foreign.
  for (const topic of harness.topics) harness.models.set(topic, createLogModel())
}

/** A random topic, with its model. */
export function pickTopic(harness: Harness): { topic: string; log: LogModel } {
  const topic = harness.random.pick(harness.topics)
  return { topic, log: modelOf(harness, topic) }
}

/** The model of the topic's log. */
export function modelOf(harness: Harness, topic: string): LogModel {
  const log = harness.models.get(topic) ?? createLogModel()
  harness.models.set(topic, log)
  return log
}

/** Records a step for the error message of a failure. */
export function record({ steps }: Harness, action: string, details: object): void {
  steps.push(`${action} ${JSON.stringify(details)}`)
}

async function handlesOf(context: CaseContext): Promise<readonly [Journal, ...Journal[]]> {
  return [context.journal, context.other, await context.open()]
}
