// A journal and its model side by side, while random steps are taken.
import { createEpoch, type Journal, type Position } from '../../../journal/index.ts'
import { freshTopic, type CaseContext } from '../cases/case.ts'
import { createLogModel, type LogModel } from './model.ts'
import type { SeededRandom } from '../../seeded-random.ts'

/** The journal and its model, and what has happened so far. */
export interface Harness {
  readonly random: SeededRandom
  readonly topics: readonly [string, ...string[]]
  readonly models: Map<string, LogModel>
  /** Positions that some reader may still have, of logs that may be gone. */
  readonly positions: Position[]
  /** What was done, in words. */
  readonly steps: string[]
  context: CaseContext
  handles: readonly [Journal, ...Journal[]]
}

/** Three handles, two topics, nothing in them. */
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
  // A log that comes back must have another epoch: the old positions are kept, and must be foreign.
  for (const topic of harness.topics) harness.models.set(topic, createLogModel())
}

/** One of the topics, with its model. */
export function pickTopic(harness: Harness): { topic: string; log: LogModel } {
  const topic = harness.random.pick(harness.topics)
  return { topic, log: modelOf(harness, topic) }
}

/** What the topic's log should be. */
export function modelOf(harness: Harness, topic: string): LogModel {
  const log = harness.models.get(topic) ?? createLogModel()
  harness.models.set(topic, log)
  return log
}

/** Writes down what is done, for whoever has to find out what went wrong. */
export function record({ steps }: Harness, what: string, details: object): void {
  steps.push(`${what} ${JSON.stringify(details)}`)
}

async function handlesOf(context: CaseContext): Promise<readonly [Journal, ...Journal[]]> {
  return [context.journal, context.other, await context.open()]
}
