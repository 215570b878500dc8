// Runs without a server around them: what a route would ask of them is asked by the test itself.
import { onTestFinished } from 'vitest'
import { createChannels, type Runs, type RunsOptions } from '../../../src/channel/index.ts'
import type { Journal } from '../../../src/journal/index.ts'
import type { Resumed, RunHandler } from '../../../src/sse/index.ts'

/** Whose requests they are. */
export interface Asking {
  readonly user: string
}

export interface DirectNode {
  readonly runs: Runs<Asking>
  readonly errors: unknown[]
  /** Starts a run with a key, or follows the one that has it. */
  ask(key: string, handler: RunHandler, requestDigest?: string): Promise<Resumed>
}

/** A node over a journal, for the length of a test. */
export function openNode(journal: Journal, options: Partial<RunsOptions<Asking>> = {}): DirectNode {
  const errors: unknown[] = []
  const channels = createChannels({ journal, healMs: 20, onError: (error) => void errors.push(error) })
  onTestFinished(() => channels.close())
  const runs = channels.runs<Asking>({ owner: ({ user }) => user, ...options })
  const request = { ctx: { user: 'ada' }, route: 'POST /run', lastEventId: '' }
  const ask: DirectNode['ask'] = (idempotencyKey, handler, requestDigest) =>
    runs.start({ ...request, idempotencyKey, requestDigest }, handler)
  return { runs, errors, ask }
}

const describe = (error: unknown): object => ({ error: String(error) })

/** A handler that counts how often it is started. */
export function countingHandler(): { readonly handler: RunHandler; readonly starts: () => number } {
  let starts = 0
  const open = async function* (): AsyncGenerator {
    starts += 1
    yield 'first'
    yield 'second'
  }
  return { handler: { open: () => open(), describe }, starts: () => starts }
}

/** The data of all events of a run, to its end; an `error` event as what it says. */
export async function eventsOf(resumed: Resumed): Promise<unknown[]> {
  if (resumed.outcome !== 'following') return [resumed.outcome]
  const data: unknown[] = []
  for await (const event of resumed.source) {
    if (typeof event === 'object' && event !== null && 'data' in event && !isControl(event)) data.push(event.data)
  }
  return data
}

function isControl(event: object): boolean {
  return 'event' in event && String(event.event).startsWith('tidings:')
}
