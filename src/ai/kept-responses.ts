// OpenAI responses that are kept: read again as a whole or behind a frame, cancelled, and gone on with by their id.
import { err, type Context } from '../server/index.ts'
import type { WrittenStream } from '../server/internal.ts'
import type { ChatService } from './chat-service.ts'
import type { ParsedRequest } from './request/chat-request.ts'

const protocol = 'openai-responses'

/** Answers what clients of OpenAI ask of responses that they know by their id. Those of others are as good as unknown. */
export class KeptResponses {
  readonly #service: ChatService

  constructor(service: ChatService) {
    this.#service = service
  }

  /**
   * The response as it stands; with `stream=true` its frames from the first on, or behind the one whose `sequence_number` is
   * `starting_after`.
   *
   * @throws HttpError 404 for a response that is not kept, never was, or is another user's
   */
  async retrieve(ctx: Context): Promise<Response | WrittenStream> {
    const { query, lastEventId = '' } = ctx
    const isStream = flagOf(query['stream'])
    const after = startOf(query['starting_after'])
    const runId = await this.#find(ctx)
    if (!isStream) return this.#service.soFar(ctx, runId, protocol)
    if (lastEventId !== '') return this.#service.follow(ctx, lastEventId, protocol)
    return this.#service.read(ctx, runId, protocol, after === undefined ? 0 : after + 1)
  }

  /** Stops the response if it goes on. Resolves, once its log is closed, with the response as it has ended. */
  async cancel(ctx: Context): Promise<Response> {
    const runId = await this.#find(ctx)
    await this.#service.runs.stopRun(runId, ctx)
    return this.#service.soFar(ctx, runId, protocol)
  }

  /**
   * The request, in the chat of the response that it goes on with.
   *
   * @throws HttpError 404 for a response that is not kept, never was, or is another user's
   */
  async inChat(ctx: Context, request: ParsedRequest): Promise<ParsedRequest> {
    const { previous_response_id: previous, conversation } = request.extra
    if (request.protocol !== protocol || typeof previous !== 'string' || isGiven(conversation)) return request
    const runId = runIdOf(previous)
    const chatId = runId === undefined ? undefined : await this.#service.runs.chatOf(runId, ctx)
    if (chatId === undefined) throw notFound(`Previous response with id '${previous}' not found.`)
    return { ...request, chatId }
  }

  async #find(ctx: Context): Promise<string> {
    const id = ctx.params['id'] ?? ''
    const runId = runIdOf(id)
    if (runId !== undefined && (await this.#service.runs.owns(runId, ctx))) return runId
    throw notFound(`Response with id '${id}' not found.`)
  }
}

function notFound(message: string): Error {
  return err.notFound(message.slice(0, 600))
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null
}

/** The run of a response. */
function runIdOf(id: string): string | undefined {
  return id.startsWith('resp_') ? id.slice('resp_'.length) : undefined
}

function flagOf(value: string | undefined): boolean {
  if (value === undefined || value === 'false') return false
  if (value === 'true') return true
  throw err.badRequest('stream must be true or false.')
}

function startOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (!/^\d{1,9}$/.test(value)) throw err.badRequest('starting_after must be a whole number.')
  return Number(value)
}
