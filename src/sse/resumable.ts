// The contract between a route and the runs that let its handler outlive its readers.
import type { FrameSource } from './frame-source.ts'

/** A request to a route whose handler outlives its readers. `Ctx` is the route's context, which names the owner. */
export interface ResumeRequest<Ctx> {
  /** The request's context. */
  readonly ctx: Ctx
  /** Method and path as declared: the scope of an idempotency key. */
  readonly route: string
  /** Where the reader stands; nothing for a fresh one. */
  readonly lastEventId: string | undefined
  /** The request's `Idempotency-Key`: the same key starts no second run. */
  readonly idempotencyKey: string | undefined
  /**
   * A digest of what is asked with an idempotency key: of method, path, query, media type and body. Another one with the
   * same key is another request, which gets nothing of the run.
   */
  readonly requestDigest?: string | undefined
}

/** The handler of a resumable route, bound to one request. */
export interface RunHandler {
  /** Starts the handler; `signal` belongs to the run and does not abort when a reader leaves. */
  open(signal: AbortSignal): unknown
  /** The data of the `error` event that readers get for an error the handler threw. */
  describe(error: unknown): object
  /** Called once the run's log is closed, or is no longer this node's. The server waits for it when it closes. */
  closed?(): Promise<void>
}

/**
 * The answer to a {@link ResumeRequest}: `following` a run from a position; `unknown`, because the id names no run or
 * that of another owner; `gone`, because the run can no longer be followed; or `another-request`, because the idempotency
 * key was sent with another one before.
 */
export type Resumed =
  | { readonly outcome: 'following'; readonly source: FrameSource }
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'gone' }
  | { readonly outcome: 'another-request' }

/**
 * Lets a route's handler outlive its readers: the value of `sse: { resume }`. Functions in properties, not methods: only
 * of those does the compiler check that the route's context has what `Ctx` needs.
 */
export interface Resumable<Ctx> {
  /** Follows the run that `lastEventId` names, from that event on. Never starts a run. */
  readonly follow: (request: ResumeRequest<Ctx>) => Promise<Resumed>
  /** Starts a run, or finds the one already started with this idempotency key, and follows it from its beginning. */
  readonly start: (request: ResumeRequest<Ctx>, handler: RunHandler) => Promise<Resumed>
  /** Resolves once no handler runs in this process; when `deadline` aborts, the handlers still running are aborted. */
  readonly drain: (deadline: AbortSignal) => Promise<void>
}
