// One answer, from the request to its end, over any number of connections.
import { extractType, reconnectOnPageEvents, streamTypeOf } from '../../client/internal.ts'
import { ResponseError, stream } from '../../client/index.ts'
import type { EventStream, RequestChanges, RetryNotice, ServerEvent } from '../../client/index.ts'
import type { ChatEvent, ChatMessage, ErrorEvent, RunEnd } from '../../chat-model/index.ts'
import type { ChatRetryOptions } from '../options.ts'
import { noContent } from '../wire/bare-response.ts'
import { readAll, readText, type Wire } from '../wire/wire.ts'
import { isChatEvent } from './chat-event.ts'
import { brokenOff, describeFailure, hasFault } from './failure.ts'
import { ForeignAnswer } from './foreign-answer.ts'

/** What an {@link Answer} needs. */
export interface AnswerOptions {
  readonly wire: Wire
  readonly chatId: string
  /** The chat or the run that is followed where nothing is asked. */
  readonly followed: string
  /** What is asked; left out, the answer that is being given is followed. */
  readonly message?: { readonly body: unknown; readonly key: string } | undefined
  readonly continued: ChatMessage | undefined
  readonly isTidings: boolean
  readonly retry: ChatRetryOptions
  readonly idleTimeoutMs: number | false
  readonly onEvent: (event: ChatEvent) => void
  /** Told when the connection is lost, and when it is there again. */
  readonly onConnection: (isLost: boolean) => void
}

/** How an answer ended for its reader. */
export interface AnswerEnd {
  /** `nothing`: no answer is being given. `refused`: the server has not begun one. */
  readonly kind: 'told' | 'nothing' | 'refused'
  readonly error: ErrorEvent | undefined
}

const nothing: AnswerEnd = { kind: 'nothing', error: undefined }

/**
 * Reads one answer, and tells its events: each once, whatever becomes of connections. All that has begun ends with
 * `run-end`; where the server has not said it, it is made here.
 */
export class Answer {
  readonly #options: AnswerOptions
  readonly #events: EventStream
  /** The answer of another server, once it has shown to be one. */
  #foreign: ForeignAnswer | undefined
  /** A response that is no stream. */
  #whole: Response | undefined
  #runId: string | undefined
  #fasterRunId: string | undefined
  /** Whether the answer is in our own protocol. */
  #isOurs = false
  #hasBegun = false
  #hasEnded = false
  #hasResponse = false
  /** Why nothing more is tried. */
  #error: ErrorEvent | undefined
  #isStopped = false
  #isCutShort = false

  constructor(options: AnswerOptions) {
    this.#options = options
    this.#events = this.#open()
  }

  /** The run that answers, once it is known. */
  get runId(): string | undefined {
    return this.#runId
  }

  /** The run for which the server has refused to begin this one. */
  get fasterRunId(): string | undefined {
    return this.#fasterRunId
  }

  /** Whether the answer is one that its server can be told to stop. */
  get isOfRun(): boolean {
    return this.#options.isTidings && this.#foreign === undefined
  }

  /** Whether its end is none that the server has told, nor one that was wanted here. */
  get isCutShort(): boolean {
    return this.#isCutShort
  }

  /** Whether any response has come: the server has got the message. */
  get hasResponse(): boolean {
    return this.#hasResponse
  }

  /** Reads the answer to its end. Never rejects. */
  async read(): Promise<AnswerEnd> {
    const undo = reconnectOnPageEvents(this.#events)
    try {
      for await (const event of this.#events) this.#take(event)
      if (this.#whole !== undefined) await this.#readWhole(this.#whole)
      return this.#end()
    } catch (error) {
      return this.#fail(describeFailure(error, this.#hasBegun))
    } finally {
      undo()
      this.#events.close()
    }
  }

  /** Reads no further. The answer goes on where it is given. */
  close(): void {
    this.#isStopped = true
    this.#events.close()
    this.#whole?.body?.cancel().catch(() => {})
  }

  #open(): EventStream {
    const { wire, message, isTidings, retry, idleTimeoutMs } = this.#options
    const { credentials } = wire
    const given = {
      headers: wire.headers(message !== undefined && isTidings ? { 'idempotency-key': message.key } : {}),
      request: () => this.#nextRequest(),
      ...(message === undefined ? { method: 'GET' } : { json: message.body }),
      ...(credentials !== undefined && { credentials }),
      fetch: (target: string | URL | Request, init?: RequestInit) => this.#fetch(target, init),
      // Each failure is judged below.
      retry: { ...retry, attempts: Infinity, unsafe: true },
      onRetry: (notice: RetryNotice) => this.#judge(notice),
      until: ({ event }: ServerEvent) => this.#isOurs && event === 'run-end',
    }
    // Only our servers send heartbeats for certain: another one may think for long.
    const isIdleOver = (): number | false => (this.#runId === undefined ? false : idleTimeoutMs)
    const options = Object.defineProperty(given, 'idleTimeoutMs', { get: isIdleOver, enumerable: true })
    return stream(message === undefined ? wire.urlOf(this.#options.followed, 'stream') : wire.url, options)
  }

  /** A run that has begun is followed by its own path, which starts nothing. */
  #nextRequest(): RequestChanges | undefined {
    if (this.#runId === undefined || this.#events.lastEventId === '') return undefined
    return { url: this.#options.wire.urlOf(this.#runId, 'stream'), method: 'GET' }
  }

  async #fetch(target: string | URL | Request, init?: RequestInit): Promise<Response> {
    const response = await this.#options.wire.fetch(target, init)
    this.#hasResponse = true
    const type = response.headers.get('content-type')
    if (!response.ok || response.status === 204 || streamTypeOf(type) !== undefined || !isWhole(type)) {
      this.#noteRun(response)
      return response
    }
    this.#whole = response
    return noContent()
  }

  /** The run stands in the head, which may come long before the first event. */
  #noteRun({ ok, status, headers }: Response): void {
    const runId = headers.get('x-run-id') ?? undefined
    if (status === 409) this.#fasterRunId = runId
    if (!ok || status === 204) return
    this.#runId = runId ?? this.#runId
    this.#options.onConnection(false)
  }

  #take({ event, data }: ServerEvent): void {
    const isChat = isChatEvent(data) && data.type === event
    if (isChat && data.type === 'run-start' && this.#foreign === undefined) {
      this.#isOurs = true
      this.#runId = data.runId
    }
    if (!this.#isOurs) for (const made of this.#foreignAnswer().take(data)) this.#tell(made)
    else if (isChat) this.#tell(data)
  }

  #foreignAnswer(): ForeignAnswer {
    const { chatId, continued } = this.#options
    this.#foreign ??= new ForeignAnswer({ chatId, continued })
    return this.#foreign
  }

  async #readWhole(response: Response): Promise<void> {
    const answer = this.#foreignAnswer()
    if (essenceOf(response) === 'text/plain') {
      for await (const text of readText(response)) for (const event of answer.take(text)) this.#tell(event)
    } else {
      const value: unknown = JSON.parse(await readAll(response))
      for (const event of answer.take(value)) this.#tell(event)
    }
  }

  /** A connection was lost: decides whether another try makes sense. */
  #judge({ error, attempt }: RetryNotice): void {
    for (const event of this.#foreign?.endSource() ?? []) this.#tell(event)
    if (this.#foreign?.hasEnded === true) return this.#events.close()
    if (this.#mayGoOn(error, attempt)) return this.#options.onConnection(true)
    this.#error = describeFailure(error, this.#hasBegun)
    this.#events.close()
  }

  #mayGoOn(error: unknown, attempt: number): boolean {
    const { isTidings, retry } = this.#options
    if (this.#foreign !== undefined || !isTidings) return false
    const hasPosition = this.#events.lastEventId !== ''
    // What was told has no position, so that it would be told again.
    if (this.#hasBegun && !hasPosition) return false
    // The server has refused; a proxy whose server is being started again has not.
    if (!hasPosition && error instanceof ResponseError && (hasFault(error) || error.status < 502)) return false
    return attempt <= (retry.attempts ?? (hasPosition ? Infinity : 10))
  }

  #end(): AnswerEnd {
    if (this.#hasEnded) return { kind: 'told', error: undefined }
    if (this.#isStopped) return this.#close('stopped', undefined)
    if (this.#error !== undefined) return this.#fail(this.#error)
    if (this.#foreign === undefined) return this.#hasBegun ? this.#fail(brokenOff) : nothing
    for (const event of this.#foreign.finish()) this.#tell(event)
    return this.#close('completed', undefined)
  }

  #fail(error: ErrorEvent): AnswerEnd {
    if (this.#hasEnded) return { kind: 'told', error: undefined }
    if (this.#isStopped) return this.#close('stopped', undefined)
    if (!this.#hasBegun) return { kind: 'refused', error }
    return this.#close(error.code === 'interrupted' ? 'interrupted' : 'failed', error)
  }

  #close(outcome: RunEnd['outcome'], error: ErrorEvent | undefined): AnswerEnd {
    if (!this.#hasBegun) return { kind: outcome === 'completed' ? 'told' : 'refused', error }
    this.#isCutShort = error !== undefined
    if (error !== undefined) this.#tell(error)
    this.#tell({ type: 'run-end', outcome })
    return { kind: 'told', error: undefined }
  }

  #tell(event: ChatEvent): void {
    if (this.#hasEnded) return
    this.#hasBegun = true
    if (event.type === 'run-end') this.#hasEnded = true
    this.#options.onEvent(event)
  }
}

/** Whether a response of this type is an answer that does not stream. */
function isWhole(contentType: string | null): boolean {
  const [essence = ''] = extractType(contentType)
  return essence === 'text/plain' || essence === 'application/json'
}

function essenceOf(response: Response): string {
  return extractType(response.headers.get('content-type'))[0] ?? ''
}
