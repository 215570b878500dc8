// The contract between a route and what makes its handler outlive its readers.
import type { FrameSource } from './frame-source.ts'

/** A request to a route whose handler outlives its readers. `Ctx` is the route's context: whom `owner` is asked about. */
export interface ResumeRequest<Ctx> {
  readonly ctx: Ctx
  /** Method and path as declared: what an idempotency key counts within. */
  readonly route: string
  readonly lastEventId: string | undefined
  readonly idempotencyKey: string | undefined
}

/** The handler of such a route, for this request. */
export interface RunHandler {
  /** Runs it; `signal` is the run's own, and does not abort when a reader leaves. */
  open(signal: AbortSignal): unknown
  /** What readers are told of what it threw: the data of an `error` event. */
  describe(error: unknown): object
}

/**
 * What a request gets: a place in a run; nothing, because the id names no run, or one of somebody else (`unknown`); or
 * nothing any more (`gone`).
 */
export type Resumed =
  | { readonly outcome: 'following'; readonly source: FrameSource }
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'gone' }

/** What `sse: { resume }` takes. */
export interface Resumable<Ctx> {
  /** Follows the run that `lastEventId` names, from there on. Never starts one. */
  follow(request: ResumeRequest<Ctx>): Promise<Resumed>
  /** Starts a run and follows it from its beginning; or the one that this idempotency key has started already. */
  start(request: ResumeRequest<Ctx>, handler: RunHandler): Promise<Resumed>
  /** Resolves when no handler runs in this process any more; those that still do when `deadline` aborts are aborted. */
  drain(deadline: AbortSignal): Promise<void>
}
