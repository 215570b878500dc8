// The work of a chat route: a message is answered in a run or for its reader alone, and an answer is followed.
import type { ChatEvent, ErrorEvent, ProtocolName, RunStart } from '../chat-model/index.ts'
import { createSecretEpoch, parsePosition } from '../journal/index.ts'
import { err, type Context } from '../server/index.ts'
import { digestOf, extendContext, outlive, report, routePathOf, WrittenStream } from '../server/internal.ts'
import { encodeComment, SseEvent } from '../sse/index.ts'
import { chatEvents } from './answer/chat-events.ts'
import { DeafHandlers } from './answer/deaf-handlers.ts'
import { asJson } from './answer/tool-run.ts'
import { answerSoFar, answerWhole } from './answer/whole-answer.ts'
import { writeAnswer, type Reading } from './answer/written-answer.ts'
import type { ChatContext, ChatRouteOptions } from './chat-options.ts'
import { describeFailure, isUnexpected } from './failure.ts'
import { Losses } from './losses.ts'
import type { ChatProtocol, EncoderOptions } from './protocol/protocol.ts'
import { protocolOf } from './protocol/protocols.ts'
import type { ParsedRequest } from './request/chat-request.ts'
import { bindItems } from './run/bound-items.ts'
import { beginningOf, type ChatRuns, type FoundRun } from './run/chat-runs.ts'
import { placeFromEnd } from './run/place-from-end.ts'
import { ResultFold } from './run/result.ts'
import type { Place } from './run/run-frames.ts'
import type { RunResult } from './run/run-result.ts'
import { createStart } from './run/run-start.ts'

const unbounded = { maxEvents: Infinity, maxBytes: Infinity, maxEventBytes: Infinity }

/** Answers the requests of a chat route, in whatever protocol. */
export class ChatService {
  readonly #options: ChatRouteOptions
  readonly #runs: ChatRuns | undefined
  readonly #losses: Losses
  readonly #deaf = new DeafHandlers()

  constructor(options: ChatRouteOptions, runs: ChatRuns | undefined) {
    this.#options = options
    this.#runs = runs
    this.#losses = new Losses(options.onLoss)
  }

  /** The runs of the route. */
  get runs(): ChatRuns {
    if (this.#runs === undefined) throw err.notFound('Answers of this route cannot be followed.')
    return this.#runs
  }

  /** Answers a message. A request with a last event id follows that run, and starts none. */
  async answer(ctx: Context, request: ParsedRequest): Promise<Response | WrittenStream> {
    const { lastEventId = '' } = ctx
    if (this.#runs !== undefined && lastEventId !== '') return this.follow(ctx, lastEventId, request.protocol)
    await this.#options.accept?.(request, ctx)
    return this.#runs === undefined ? this.#answerHere(ctx, request) : this.#answerInRun(this.#runs, ctx, request)
  }

  /**
   * Follows the run of a position, behind it.
   *
   * @throws HttpError 404 for what is no position, 410 for a run that is not kept, never was, or is another user's
   */
  async follow(ctx: Context, lastEventId: string, protocol: ProtocolName): Promise<WrittenStream> {
    const { runId, place } = parsePlace(lastEventId)
    return this.#follow(ctx, await this.runs.find(runId, ctx), protocol, place)
  }

  /**
   * Reads a run that a reader names without a position: from its beginning, with the message that it goes on with, and with
   * long deltas in place of many; behind so many frames, counted from the end if that is negative; or from now on.
   */
  async read(
    ctx: Context,
    runId: string,
    protocol: ProtocolName,
    from: number | 'now' | undefined,
  ): Promise<WrittenStream> {
    if (from === undefined) {
      const { canCondense = false } = protocolOf(protocol)
      const whole = await (canCondense ? this.runs.findCondensed(runId, ctx) : this.runs.find(runId, ctx))
      return this.#follow(ctx, whole, protocol, { frames: 0 }, { replaysMessage: true })
    }
    const run = await this.runs.find(runId, ctx)
    if (typeof from === 'number' && from >= 0) return this.#follow(ctx, run, protocol, { frames: from })
    const length = await this.runs.lengthOf(runId)
    if (from === 'now') {
      const after = { epoch: runId, seq: length, nonce: '' }
      return this.#follow(ctx, run, protocol, { after, frames: 0, joins: true })
    }
    const { items } = await this.runs.find(runId, ctx)
    const encoder = protocolOf(protocol).createEncoder(this.#encoderFor(protocolOf(protocol)))
    const frames = await placeFromEnd(items, encoder, length)
    // @ai-sdk/workflow adds its negative number and one to this, and has the place then.
    const headers = { 'x-workflow-stream-tail-index': String(frames - from - 1) }
    return this.#follow(ctx, run, protocol, { frames }, { headers })
  }

  /**
   * The answer of a run as far as it has come, as a whole.
   *
   * @throws HttpError 404 for a run that ended before it began
   */
  async soFar(ctx: Context, runId: string, name: ProtocolName): Promise<Response> {
    return this.#soFar(ctx, await this.runs.find(runId, ctx), protocolOf(name))
  }

  async #soFar({ signal }: Context, { runId, items }: FoundRun, protocol: ChatProtocol): Promise<Response> {
    const length = await this.runs.lengthOf(runId)
    const answer = await answerSoFar({ runId, items, protocol, encoder: this.#encoderFor(protocol), signal, length })
    if (answer === undefined) throw err.notFound('There is no such run.')
    return answer
  }

  /** Tells which answers begin in a chat. The stream has no end. */
  async feed(ctx: Context, chatId: string): Promise<WrittenStream> {
    const { lastEventId = '' } = ctx
    return new WrittenStream(await this.runs.feed(chatId, lastEventId, ctx), {
      contentType: 'text/event-stream',
      headers: {},
      heartbeat: encodeComment(),
      // Its reader comes back with its place.
      fail: () => '',
      cut: () => '',
    })
  }

  #follow(
    ctx: Context,
    run: FoundRun,
    protocol: ProtocolName,
    place: Place,
    more: Pick<Reading, 'headers' | 'replaysMessage'> = {},
  ): WrittenStream {
    const leave = this.runs.joinAgain(run.runId, ctx)
    return this.#write(ctx, run, protocolOf(protocol), { place, failsEarly: false, comesBack: true, ...more }, leave)
  }

  async #answerInRun(runs: ChatRuns, ctx: Context, request: ParsedRequest): Promise<Response | WrittenStream> {
    const { runKey, chatId, wantsStream } = request
    const protocol = protocolOf(request.protocol)
    const { meta } = this.#options
    // The reader's, until the run has its own.
    const { signal } = ctx
    const start = createStart(request, runs.maxStartBytes)
    const run = await runs.start({
      ctx,
      chatId,
      key: runKey === undefined ? undefined : { key: runKey, digest: await digestOf(ctx) },
      meta: meta === undefined ? undefined : asJson(meta(extend(ctx, request, '', undefined))),
      open: (runId, ofRun, previous) => this.#openRun(ctx, request, start(runId), ofRun, previous),
      describe: (error) => this.#describe(ctx, error),
    })
    // A run that was started elsewhere may have readers there.
    const isLeft = run.isNew && !comesBackLater(request)
    const leave = isLeft ? runs.join(run.runId, ctx) : runs.joinAgain(run.runId, ctx)
    if (wantsStream) {
      const comesBack = ctx.headers['accept']?.includes('tidings=1') === true
      return this.#write(ctx, run, protocol, { place: { frames: 0 }, failsEarly: true, comesBack }, leave)
    }
    try {
      if (comesBackLater(request)) return await this.#soFar(ctx, run, protocol)
      return await answerWhole({ ...run, protocol, encoder: this.#encoderFor(protocol), signal })
    } finally {
      leave?.()
    }
  }

  /** The events of a run, as its log stores them. */
  #openRun(
    ctx: Context,
    request: ParsedRequest,
    start: RunStart,
    signal: AbortSignal,
    previous: () => Promise<RunResult | undefined>,
  ): AsyncIterable<SseEvent> {
    outlive(ctx, signal)
    const events = this.#events(ctx, request, start, {
      open: async () => this.#options.handler(extend(ctx, request, start.runId, await previous())),
      signal,
      limits: this.runs.limits,
    })
    const iterator: AsyncIterator<SseEvent> = {
      next: async () => {
        const { done, value } = await events.next()
        return done === true
          ? { done, value: undefined }
          : { done: false, value: new SseEvent({ event: value.type }, value) }
      },
      return: async () => {
        await events.return?.()
        return { done: true, value: undefined }
      },
    }
    return { [Symbol.asyncIterator]: () => iterator }
  }

  /** An answer that ends when its reader leaves. */
  #answerHere(ctx: Context, request: ParsedRequest): WrittenStream | Promise<Response> {
    const protocol = protocolOf(request.protocol)
    const runId = createSecretEpoch()
    const { onEnd, handler, meta } = this.#options
    const { signal } = ctx
    const held = extend(ctx, request, runId, undefined)
    const fold = onEnd === undefined ? undefined : new ResultFold()
    const start = createStart(request, Infinity)(runId)
    const events = this.#events(ctx, request, start, { open: () => handler(held), signal, limits: unbounded })
    const items = bindItems({
      events,
      describe: (error) => this.#describe(ctx, error),
      onItem: (item) => fold?.take(item),
      onEnd: () => {
        if (fold !== undefined)
          void this.#tell(ctx, () => fold.result('', meta === undefined ? null : asJson(meta(held))))
      },
    })
    if (!request.wantsStream)
      return answerWhole({ runId, items, protocol, encoder: this.#encoderFor(protocol), signal })
    const reading = { place: { frames: 0 }, failsEarly: true, comesBack: false }
    return this.#write(ctx, { runId, items, isKept: false }, protocol, reading, undefined)
  }

  async #tell(ctx: Context, result: () => RunResult): Promise<void> {
    try {
      await this.#options.onEnd?.(result())
    } catch (error) {
      report(ctx, error)
    }
  }

  #events(
    ctx: Context,
    request: ParsedRequest,
    start: RunStart,
    options: Pick<Parameters<typeof chatEvents>[0], 'open' | 'signal' | 'limits'>,
  ): AsyncIterator<ChatEvent, void> {
    const { clientTools, continued } = request
    const events = chatEvents({
      ...options,
      start,
      intake: {
        runId: start.runId,
        clientTools,
        callsAreTheClients: clientTools === undefined,
        continued,
        unknownYield: this.#options.unknownYield ?? 'error',
      },
    })
    return this.#deaf.watch(events, options.signal, `POST ${routePathOf(ctx)}`)
  }

  #write(
    ctx: Context,
    run: FoundRun,
    protocol: ChatProtocol,
    reading: Reading,
    leave: (() => void) | undefined,
  ): WrittenStream {
    return writeAnswer({
      ...reading,
      runId: run.runId,
      protocol,
      encoder: { ...this.#encoderFor(protocol), replaysMessage: reading.replaysMessage ?? false },
      items: run.items,
      beginning: run.isKept ? beginningOf(run.runId) : undefined,
      onClosed: () => void this.#runs?.settle(run.runId, ctx),
      onOver: () => leave?.(),
    })
  }

  #encoderFor({ name }: ChatProtocol): EncoderOptions {
    const { ui = {}, showServerTools = true } = this.#options
    return {
      uiVersion: ui.version ?? 6,
      usageInMetadata: ui.usageInMetadata ?? false,
      showServerTools,
      onLoss: this.#losses.of(name),
    }
  }

  /** What the client is told of a failure; the application is told of it as well. */
  #describe(ctx: Context, error: unknown): Omit<ErrorEvent, 'type'> {
    if (isUnexpected(error)) report(ctx, error)
    const { type: _, ...described } = describeFailure(error, this.#options.toClientError)
    return described
  }
}

/** The context of a handler: that of its request, and what the request says. */
function extend(ctx: Context, request: ParsedRequest, runId: string, previous: RunResult | undefined): ChatContext {
  const {
    runKey: _key,
    clientRunId: _id,
    clientTools: _tools,
    continued: _message,
    options: _options,
    ...said
  } = request
  return extendContext(ctx, { ...said, runId, previous })
}

/** Whether the client of a request can come back to its answer on its own. */
function comesBackLater({ protocol, wantsStream, options }: ParsedRequest): boolean {
  // It polls, where it wants no stream.
  if (protocol === 'openai-responses') return options?.['background'] === true
  if (!wantsStream) return false
  return protocol === 'ui-message' || protocol === 'ag-ui' || protocol === 'events'
}

/**
 * The place that a last event id names: the position of an event, and behind a `~` how many frames of the next one the
 * reader has.
 */
function parsePlace(lastEventId: string): { readonly runId: string; readonly place: Place } {
  const [id = '', count = '0', ...others] = lastEventId.split('~')
  const after = parsePosition(id)
  if (after === undefined || others.length > 0 || !/^\d{1,6}$/.test(count)) throw err.notFound('There is no such run.')
  return { runId: after.epoch, place: { after, frames: Number(count) } }
}
