// The answers of a route that outlive their readers: how they start, how they are followed, found by their chat, and stopped.
import type { RunResumed, Runs } from '../../channel/index.ts'
import type { Json } from '../../chat-model/index.ts'
import { formatPosition } from '../../journal/index.ts'
import { err, type Context } from '../../server/index.ts'
import { report } from '../../server/internal.ts'
import type { RunHandler } from '../../sse/index.ts'
import { chatCodec } from '../packing/chat-codec.ts'
import { Admission, type WhileRunning } from './admission.ts'
import { ChatFeed } from './chat-feed.ts'
import { ChatIndex } from './chat-index.ts'
import { condense } from './condensed-items.ts'
import { Owners, type OwnerLimits, type OwnersRun } from './owners.ts'
import { readChatId, readResult } from './result.ts'
import type { RunItems } from './run-frames.ts'
import type { RunResult } from './run-result.ts'
import { Settlement } from './settlement.ts'
import { Unfollowed } from './unfollowed.ts'

/** What {@link ChatRuns} needs. */
export interface ChatRunsOptions {
  readonly runs: Runs<Context>
  /** The scope of chat ids and of idempotency keys. */
  readonly scope: (ctx: Context) => string
  readonly whileRunning: WhileRunning
  readonly maxQueued: number
  readonly leaveMs: number | false
  /** How many answers one user may be given. */
  readonly perOwner: OwnerLimits
  /** How long after its end the log of a run is packed, in milliseconds. */
  readonly compactAfterMs: number | false
  readonly onEnd: ((result: RunResult) => void | Promise<void>) | undefined
}

/** What is to be answered. */
export interface StartOptions {
  readonly ctx: Context
  readonly chatId: string
  /** The key that starts a run once, with the digest of what is asked with it. */
  readonly key: { readonly key: string; readonly digest: string } | undefined
  /** What `onEnd` is to know. */
  readonly meta: Json | undefined
  /** Starts the handler of the run; `previous` is what the run came to behind which it had to wait. */
  readonly open: (runId: string, signal: AbortSignal, previous: () => Promise<RunResult | undefined>) => unknown
  readonly describe: RunHandler['describe']
}

/** A run that a request may read. */
export interface FoundRun {
  readonly runId: string
  readonly items: RunItems
  /** Whether there is a log of it, so that its frames have positions. */
  readonly isKept: boolean
}

/** The runs of one chat route. */
export class ChatRuns {
  readonly #options: ChatRunsOptions
  readonly #admission: Admission
  readonly #settlement: Settlement | undefined
  readonly #unfollowed: Unfollowed
  readonly #owners: Owners
  readonly #packing: ReturnType<Runs<Context>['logs']['packBy']>

  constructor(options: ChatRunsOptions) {
    const { runs, onEnd, leaveMs, perOwner, whileRunning, maxQueued, compactAfterMs } = options
    this.#options = options
    this.#settlement = onEnd === undefined ? undefined : this.#createSettlement(onEnd)
    this.#admission = new Admission({ runs, settlement: this.#settlement, whileRunning, maxQueued })
    this.#unfollowed = new Unfollowed(leaveMs)
    this.#owners = new Owners(perOwner)
    this.#packing = runs.logs.packBy(chatCodec, compactAfterMs)
  }

  /**
   * Starts a run, or finds the one that was started with the key.
   *
   * @throws HttpError 409 or 429 if the chat has a run already, 422 for a key that was sent with another request
   */
  async start(start: StartOptions): Promise<FoundRun & { readonly isNew: boolean }> {
    const { ctx, chatId, key, describe } = start
    const { runs, scope } = this.#options
    const index = await this.#indexOf(ctx, chatId)
    let counted: OwnersRun | undefined
    let begun = ''
    let before: string | undefined
    const ifRefused = async (work: () => Promise<void>): Promise<void> => {
      try {
        await work()
      } catch (error) {
        counted?.undo()
        throw error
      }
    }
    const check = async (): Promise<void> => {
      // Of a run that another node has kept from starting.
      counted?.undo()
      counted = this.#owners.begin(runs.ownerOf(ctx))
      await ifRefused(() => this.#admission.check(index))
    }
    const admit = (runId: string): Promise<void> =>
      ifRefused(async () => {
        begun = runId
        before = await this.#admission.admit(index, runId, ctx)
        if (start.meta !== undefined) await this.#settlement?.prepare(runId, start.meta)
      })
    const handler: RunHandler = {
      open: (signal) => start.open(begun, signal, () => this.#wait(before, signal, ctx)),
      describe,
      closed: async () => {
        counted?.end()
        this.#unfollowed.end(begun)
        await this.settle(begun, ctx)
      },
    }
    const request = {
      ctx,
      route: scope(ctx),
      lastEventId: undefined,
      idempotencyKey: key?.key,
      requestDigest: key?.digest,
    }
    const run = found(await runs.start(request, handler, { check, admit }))
    if (run.runId !== begun) counted?.undo()
    return { ...run, isNew: run.runId === begun }
  }

  /**
   * A run, for its owner.
   *
   * @throws HttpError 410 for a run that is not kept, never was, or is another owner's: all of these alike
   */
  async find(runId: string, ctx: Context): Promise<FoundRun> {
    return found(await this.#resume(runId, ctx))
  }

  /**
   * The id of a run that its owner names in words of its own: by the key that has started it, or by the id itself.
   * `undefined` for one that is not kept, never was, or is another owner's.
   */
  async named(name: string, ctx: Context): Promise<string | undefined> {
    const { runs, scope } = this.#options
    const key = { owner: runs.ownerOf(ctx), route: scope(ctx), key: name }
    const runId = (await runs.logs.startedBy(key)) ?? name
    return (await this.owns(runId, ctx)) ? runId : undefined
  }

  /** Whether a run is kept, and the user's who asks. */
  async owns(runId: string, ctx: Context): Promise<boolean> {
    return isRunId(runId) && (await this.#resume(runId, ctx)).outcome === 'following'
  }

  /** The chat that a run of the user who asks belongs to; `undefined` for a run that is not kept, or another owner's. */
  async chatOf(runId: string, ctx: Context): Promise<string | undefined> {
    return (await this.owns(runId, ctx)) ? readChatId((await this.find(runId, ctx)).items) : undefined
  }

  /**
   * A run in fewer events, up to what it has said by now: deltas of one part that follow each other are one.
   *
   * @throws HttpError those of {@link find}
   */
  async findCondensed(runId: string, ctx: Context): Promise<FoundRun> {
    const resumed = await this.#resume(runId, ctx)
    if (resumed.outcome !== 'following') return found(resumed)
    const { items, length } = await this.#options.runs.logs.condensed(runId)
    if (items !== undefined) return { runId, items, isKept: true }
    return { runId, items: condense(resumed.source.stored(), length), isKept: true }
  }

  /** The run of a chat that is being answered, or whose end was not told yet; `undefined` for none. */
  async current(chatId: string, ctx: Context): Promise<string | undefined> {
    const { runs } = await (await this.#indexOf(ctx, chatId)).read()
    const [current] = await this.#admission.living(runs)
    if (current !== undefined) return current
    const last = runs.at(-1)
    if (last === undefined || this.#settlement === undefined) return undefined
    if (await this.#settlement.isSettled(last)) return undefined
    // Whoever ended it may have died before it was told.
    void this.settle(last, ctx)
    return last
  }

  /** The run of a chat that is being answered, or else the last that it had; `undefined` for a chat that has had none. */
  async latest(chatId: string, ctx: Context): Promise<string | undefined> {
    const { runs } = await (await this.#indexOf(ctx, chatId)).read()
    return (await this.#admission.living(runs))[0] ?? runs.at(-1)
  }

  /**
   * The frames of a feed that tells which runs begin in a chat: those that are being answered first, or, with a last event
   * id, those that have begun since.
   */
  async feed(chatId: string, lastEventId: string, ctx: Context): Promise<ChatFeed> {
    const index = await this.#indexOf(ctx, chatId)
    const state = lastEventId === '' ? await index.read() : undefined
    const first = state && { runs: await this.#admission.living(state.runs), id: state.id }
    const { logs } = this.#options.runs
    const source = logs.followLog(index.topic, index.epoch, first?.id ?? lastEventId)
    return new ChatFeed({ items: source.stored(), first })
  }

  /** Whether the chat has ever had a run that is still known. */
  async knows(chatId: string, ctx: Context): Promise<boolean> {
    return (await (await this.#indexOf(ctx, chatId)).read()).seq > 0
  }

  /**
   * Stops what a chat is answering, and what waits behind it; with `runId` only if that is the current run. Resolves, once
   * the logs are closed, with whether there was anything to stop.
   */
  async stopChat(chatId: string, runId: string | undefined, ctx: Context): Promise<boolean> {
    const { runs } = await (await this.#indexOf(ctx, chatId)).read()
    const living = await this.#admission.living(runs)
    if (living.length === 0 || (runId !== undefined && living[0] !== runId)) return false
    // From the end: what waits must not start when that before it is stopped.
    let isStopped = false
    for (const id of living.toReversed()) isStopped = (await this.stopRun(id, ctx)) || isStopped
    return isStopped
  }

  /** Stops a run. Resolves, once its log is closed, with whether it was being answered. */
  async stopRun(runId: string, ctx: Context): Promise<boolean> {
    const { runs } = this.#options
    if (!(await runs.stop(runId, ctx))) return false
    await runs.logs.untilEnded(runId, AbortSignal.timeout(3 * runs.logs.limits.leaseMs))
    await this.settle(runId, ctx)
    return true
  }

  /** A reader has come to a run that is stopped when nobody reads it. Returns what is called when it leaves. */
  join(runId: string, ctx: Context): () => void {
    return this.#unfollowed.join(runId, () => {
      this.#options.runs.stop(runId, ctx).catch((error: unknown) => report(ctx, error))
    })
  }

  /** Another reader has come to a run; see {@link join}. */
  joinAgain(runId: string, ctx: Context): (() => void) | undefined {
    return this.#unfollowed.has(runId) ? this.join(runId, ctx) : undefined
  }

  /** The number of the last event of a run. */
  lengthOf(runId: string): Promise<number> {
    return this.#options.runs.logs.lengthOf(runId)
  }

  /** How much of a run is kept, and how large each of its events may be. */
  get limits(): { readonly maxEvents: number; readonly maxBytes: number; readonly maxEventBytes: number } {
    const { limits, maxEventBytes } = this.#options.runs.logs
    return { ...limits, maxEventBytes }
  }

  /** How much of a request the first event of a run may hold, in bytes. */
  get maxStartBytes(): number {
    const { limits, maxEventBytes } = this.#options.runs.logs
    return Math.min(maxEventBytes, limits.maxBytes / 4)
  }

  /** Has the end of a run told, if it was not, and its log packed later. */
  async settle(runId: string, ctx: Context): Promise<void> {
    this.#packing.add(runId)
    await this.#settlement?.settle(runId, (error) => report(ctx, error))
  }

  #resume(runId: string, ctx: Context): Promise<RunResumed> {
    const { runs, scope } = this.#options
    return runs.follow({ ctx, route: scope(ctx), lastEventId: beginningOf(runId), idempotencyKey: undefined })
  }

  async #wait(before: string | undefined, signal: AbortSignal, ctx: Context): Promise<RunResult | undefined> {
    if (before === undefined) return undefined
    const { runs } = this.#options
    await runs.logs.untilEnded(before, signal)
    await this.settle(before, ctx)
    return readResult(runs, before, null)
  }

  #createSettlement(onEnd: (result: RunResult) => void | Promise<void>): Settlement {
    const { runs } = this.#options
    const { journal, limits, longestMs } = runs.logs
    const settlement = new Settlement({
      journal,
      leaseMs: limits.leaseMs,
      forgetAfterMs: longestMs,
      tell: async (runId, meta) => {
        const result = await readResult(runs, runId, meta)
        // A run that never started, because another node was faster, has answered nothing.
        if (result !== undefined && result.chatId !== '') await onEnd(result)
      },
    })
    runs.logs.onDrained(() => settlement.giveUpRetries())
    return settlement
  }

  async #indexOf(ctx: Context, chatId: string): Promise<ChatIndex> {
    const { runs, scope } = this.#options
    const { journal, longestMs } = runs.logs
    return ChatIndex.open(journal, { owner: runs.ownerOf(ctx), route: scope(ctx), chatId }, longestMs)
  }
}

/** The position before the first event of a run. */
export function beginningOf(runId: string): string {
  return formatPosition({ epoch: runId, seq: 0, nonce: '' })
}

/** Whether this may be the id of a run. Some ids of chats are of the same shape. */
export function isRunId(id: string): boolean {
  return /^[0-9a-z]{25}$/.test(id)
}

function found(resumed: RunResumed): FoundRun {
  if (resumed.outcome === 'following') return { runId: resumed.runId, items: resumed.source.stored(), isKept: true }
  // Nobody learns by the difference that another user has such a run.
  if (resumed.outcome !== 'another-request') throw err.gone('There is no such run any more.')
  throw err.unprocessableContent('This key was sent with another request before. A new request needs a new key.')
}
