// Runs without a server around them: what a route would ask of them is asked by the test itself.
import { onTestFinished } from 'vitest'
import { createChannels, type Channels, type Runs, type RunsOptions } from '../../../src/channel/index.ts'
import type { Journal } from '../../../src/journal/index.ts'
import type { Resumed, RunHandler } from '../../../src/sse/index.ts'

/** Whose requests they are. */
export interface Asking {
  readonly user: string
}

export interface DirectNode {
  readonly channels: Channels
  readonly runs: Runs<Asking>
  readonly errors: unknown[]
  /** Starts a run with a key, or follows the one that has it. */
  ask(key: string, handler: RunHandler, requestDigest?: string): Promise<Resumed>
  /** Starts a run without a key; resolves with its id. */
  start(handler: RunHandler): Promise<string>
  /** The data of all events of a run, to its end; `onEvent` is called with each. */
  follow(id: string, onEvent?: () => void): Promise<unknown[]>
}

/** A node over a journal, for the length of a test. */
export function openNode(journal: Journal, options: Partial<RunsOptions<Asking>> = {}, healMs = 20): DirectNode {
  const errors: unknown[] = []
  const channels = createChannels({ journal, healMs, onError: (error) => void errors.push(error) })
  onTestFinished(() => channels.close())
  const runs = channels.runs<Asking>({ owner: ({ user }) => user, ...options })
  const request = { ctx: { user: 'ada' }, route: 'POST /run', lastEventId: '' }
  const ask: DirectNode['ask'] = (idempotencyKey, handler, requestDigest) =>
    runs.start({ ...request, idempotencyKey, requestDigest }, handler)
  const start: DirectNode['start'] = async (handler) =>
    idOf(await runs.start({ ...request, idempotencyKey: undefined }, handler))
  const follow: DirectNode['follow'] = async (lastEventId, onEvent) =>
    eventsOf(await runs.follow({ ...request, lastEventId, idempotencyKey: undefined }), onEvent)
  return { channels, runs, errors, ask, start, follow }
}

/** The id of the place before a run's first event, which is told first. */
async function idOf(resumed: Resumed): Promise<string> {
  if (resumed.outcome !== 'following') throw new Error(resumed.outcome)
  for await (const item of resumed.source) {
    if (typeof item === 'object' && item !== null && 'id' in item) return String(item.id)
  }
  throw new Error('The run has told nothing.')
}

/** A handler that yields 1, and 2 once the gate is open; it tells how it was left. */
export function gatedHandler(gate: Promise<void>): { readonly handler: RunHandler; readonly log: string[] } {
  const log: string[] = []
  const open = async function* (signal: AbortSignal): AsyncGenerator {
    try {
      yield 1
      await Promise.race([gate, new Promise((resolve) => signal.addEventListener('abort', resolve))])
      yield 2
    } finally {
      log.push(signal.aborted ? String(signal.reason.reason) : 'of itself')
    }
  }
  return { handler: { open, describe }, log }
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
export async function eventsOf(resumed: Resumed, onEvent?: () => void): Promise<unknown[]> {
  if (resumed.outcome !== 'following') return [resumed.outcome]
  const data: unknown[] = []
  for await (const event of resumed.source) {
    if (typeof event !== 'object' || event === null || !('data' in event) || isControl(event)) continue
    data.push(event.data)
    onEvent?.()
  }
  return data
}

function isControl(event: object): boolean {
  return 'event' in event && String(event.event).startsWith('tidings:')
}
