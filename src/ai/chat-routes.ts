// Chat routes: one handler, answered in the protocol of whoever asks; answers that can be followed and stopped.
import { checkOptions, TidingsError, typed, type OptionCheck, type OptionChecks } from '../base/index.ts'
import { protocolNames, protocolOf } from './protocol/protocols.ts'
import type { Runs } from '../channel/index.ts'
import type { ProtocolName } from '../chat-model/index.ts'
import { createSecretEpoch } from '../journal/index.ts'
import { err, type AnyRoute, type Context, type Middleware, type RouteGroup, type State } from '../server/index.ts'
import {
  extendContext,
  routeFace,
  routePathOf,
  searchParamsOf,
  type HeldBy,
  type RouteFace,
} from '../server/internal.ts'
import { chatChecks, type ChatRouteOptions, type RequestContext } from './chat-options.ts'
import { ChatService } from './chat-service.ts'
import { toErrorReply } from './error-reply.ts'
import { defaultRequestLimits, type RequestLimits } from './request/chat-request.ts'
import { detectProtocol } from './request/detect.ts'
import { KeptResponses } from './kept-responses.ts'
import { parseChatRequest } from './request/parse.ts'
import { parseSentAsText } from './request/sent-as-text.ts'
import type { ChatPostRoute, ChatRouteGroup } from './route-types.ts'
import { ChatRuns, isRunId } from './run/chat-runs.ts'

/** Options of {@link chatRoutes}. */
export interface ChatRoutesOptions<Held = State> extends ChatRouteOptions<Held> {
  /**
   * Where the paths of the OpenAI and Anthropic clients begin: `/chat/completions`, `/responses` and `/messages` behind it.
   * Default `<path>/v1`; `false`: none.
   */
  readonly compatible?: string | false | undefined
}

/**
 * One route that answers a POST with a message: a POST route for `defineRoutes`. Answers cannot be followed or stopped by a
 * path of their own; {@link chatRoutes} makes the routes for that.
 *
 * @throws TidingsError `ERR_OPTION` for options that cannot work
 * @example
 * import { defineRoutes } from 'tidings'
 * import { chatRoute } from 'tidings/ai'
 *
 * const routes = defineRoutes([
 *   chatRoute({
 *     path: '/api/chat',
 *     handler: async function* ({ messages }) {
 *       yield `You have sent ${messages.length} messages.`
 *     },
 *   }),
 * ])
 */
export function chatRoute<const Path extends string, const Own extends readonly Middleware[]>(
  options: ChatRouteOptions<NoInfer<HeldBy<Own>>> & { readonly path: Path; readonly middleware?: Own | undefined },
): ChatPostRoute<Path>
export function chatRoute(options: ChatRouteOptions): AnyRoute {
  checkOptions('chatRoute()', options, chatChecks)
  const { path, middleware = [] } = options
  const route = { ...new ChatPaths(options).post(path, undefined), middleware }
  return route
}

/**
 * All routes of a chat, as a group for `defineRoutes`: `POST path` starts an answer; `GET path/:id/stream` follows the
 * answer of a chat or a run; `POST path/:id/stop` stops it; and the paths of the OpenAI and Anthropic clients.
 *
 * @throws TidingsError `ERR_OPTION` for options that cannot work
 * @example
 * import { defineRoutes } from 'tidings'
 * import { chatRoutes } from 'tidings/ai'
 * import { createChannels } from 'tidings/channel'
 *
 * const channels = createChannels()
 * const runs = channels.runs({ owner: () => 'everybody' })
 *
 * const routes = defineRoutes([
 *   chatRoutes({
 *     path: '/api/chat',
 *     resume: runs,
 *     handler: async function* () {
 *       yield 'Hello!'
 *     },
 *   }),
 * ])
 */
export function chatRoutes<
  const Path extends string,
  // Without a default, as in `defineRoute`.
  const Own extends readonly Middleware[],
  Resume extends Runs<RequestContext<HeldBy<NoInfer<Own>>>> | undefined = undefined,
>(
  options: ChatRoutesOptions<NoInfer<HeldBy<Own>>> & {
    readonly path: Path
    readonly middleware?: Own | undefined
    readonly resume?: Resume
  },
): ChatRouteGroup<Path, Resume>
export function chatRoutes(options: ChatRoutesOptions): RouteGroup {
  checkOptions('chatRoutes()', options, routesChecks)
  const { path, compatible = `${path}/v1`, protocols = protocolNames, resume, middleware = [] } = options
  const paths = new ChatPaths(options)
  const children = [paths.post(path, undefined)]
  if (resume !== undefined) {
    children.push(paths.follow(`${path}/:id/stream`), paths.stop(`${path}/:id/stop`))
    children.push(paths.feed(`${path}/:id/runs`))
  }
  if (resume !== undefined && protocols.includes('ag-ui')) children.push(paths.join(path))
  if (compatible !== false) {
    for (const [name, suffix] of compatiblePaths)
      if (protocols.includes(name)) children.push(paths.post(`${compatible}${suffix}`, name))
    if (resume !== undefined && protocols.includes('openai-responses'))
      children.push(paths.retrieve(`${compatible}/responses/:id`), paths.cancel(`${compatible}/responses/:id/cancel`))
  }
  return { path: '/', middleware, children }
}

const compatiblePaths: readonly (readonly [ProtocolName, string])[] = [
  ['openai-chat', '/chat/completions'],
  ['openai-responses', '/responses'],
  ['anthropic', '/messages'],
]

const checkCompatible: OptionCheck = (name, value) => {
  if (value !== false) typed('string')(name, value)
}

const routesChecks: OptionChecks<ChatRoutesOptions> = { ...chatChecks, compatible: checkCompatible }

/** Makes the routes of one chat. */
class ChatPaths {
  readonly #options: ChatRouteOptions
  readonly #protocols: readonly ProtocolName[]
  readonly #runs: ChatRuns | undefined
  readonly #service: ChatService
  readonly #responses: KeptResponses
  readonly #limits: RequestLimits
  readonly #declared: string[] = []
  /** The protocols of requests that have been looked at. */
  readonly #spoken = new WeakMap<Context, ProtocolName>()

  constructor(options: ChatRouteOptions) {
    const { protocols = protocolNames, resume, whileRunning = 'reject', maxQueued = 8, leaveMs = 2000 } = options
    if (!options.path.startsWith('/')) throw new TidingsError('ERR_OPTION', 'path must begin with a slash.')
    this.#options = options
    this.#protocols = protocols
    this.#limits = { ...defaultRequestLimits, ...options.limits }
    this.#runs =
      resume &&
      new ChatRuns({
        runs: resume,
        scope: (ctx) => this.#scopeOf(ctx),
        whileRunning,
        maxQueued,
        leaveMs,
        perOwner: { atOnce: options.maxRunsPerOwner, aMinute: options.maxRunsPerOwnerPerMinute },
        compactAfterMs: options.compactAfterMs ?? 60_000,
        onEnd: options.onEnd,
      })
    this.#service = new ChatService(options, this.#runs)
    this.#responses = new KeptResponses(this.#service)
  }

  /** A route that takes messages, of any protocol or of one. */
  post(path: string, fixed: ProtocolName | undefined): AnyRoute {
    const { maxBodyBytes } = this.#options
    return this.#declare(
      'POST',
      path,
      fixed,
      async (ctx) => {
        const { headers } = ctx
        const body = bodyOf(ctx)
        const query = searchParamsOf(ctx)
        const protocol = fixed ?? detectProtocol({ query, headers, body, protocols: this.#protocols })
        this.#spoken.set(ctx, protocol)
        const parts = { headers, query, newChatId: createSecretEpoch, limits: this.#limits }
        const request = parseChatRequest(protocol, body, parts)
        const isNew = this.#runs !== undefined && (ctx.lastEventId ?? '') === ''
        return this.#service.answer(ctx, isNew ? await this.#responses.inChat(ctx, request) : request)
      },
      { accept: ['json', 'text'], ...(maxBodyBytes !== undefined && { maxBytes: maxBodyBytes }) },
    )
  }

  /** The route that follows the answer of a chat or of a run. */
  follow(path: string): AnyRoute {
    return this.#declare('GET', path, undefined, async (ctx) => this.#follow(ctx, idOf(ctx)))
  }

  /** The route that tells which answers begin in a chat, for our own client. */
  feed(path: string): AnyRoute {
    return this.#declare('GET', path, 'events', (ctx) => this.#service.feed(ctx, idOf(ctx)))
  }

  /** The route that stops the answer of a chat, or a run. */
  stop(path: string): AnyRoute {
    return this.#declare('POST', path, undefined, async (ctx) => ({ stopped: await this.#stop(ctx, idOf(ctx)) }), {
      accept: ['json'],
    })
  }

  /** The route that joins a run by the id that its client has given it, as TanStack AI does after a reload. */
  join(path: string): AnyRoute {
    return this.#declare('GET', path, 'ag-ui', async (ctx) => this.#join(ctx))
  }

  /** The route that reads an OpenAI response again. */
  retrieve(path: string): AnyRoute {
    return this.#declare('GET', path, 'openai-responses', (ctx) => this.#responses.retrieve(ctx))
  }

  /** The route that cancels an OpenAI response. */
  cancel(path: string): AnyRoute {
    const body = { accept: ['json'] } as const
    return this.#declare('POST', path, 'openai-responses', (ctx) => this.#responses.cancel(ctx), body)
  }

  async #join(ctx: Context): Promise<unknown> {
    const { runId: name = '', offset = '-1' } = ctx.query
    const { lastEventId = offset } = ctx
    if (name === '') throw err.badRequest('runId must be given.')
    const { runs } = this.#service
    const runId = await runs.named(name, ctx)
    if (runId === undefined) throw err.notFound('There is no such run.')
    if (lastEventId !== '-1' && lastEventId !== '') return this.#service.follow(ctx, lastEventId, 'ag-ui')
    return this.#service.read(ctx, runId, 'ag-ui', 0)
  }

  async #follow(ctx: Context, id: string): Promise<unknown> {
    const protocol = this.#protocolOf(ctx)
    const { lastEventId = '' } = ctx
    if (lastEventId !== '') return this.#service.follow(ctx, lastEventId, protocol)
    const { runs } = this.#service
    const from = startOf(ctx)
    const isRun = isRunId(id) && !(await runs.knows(id, ctx))
    // Whoever counts wants the rest of an answer also once it has ended.
    const ofChat = () => (typeof from === 'number' ? runs.latest(id, ctx) : runs.current(id, ctx))
    const runId = isRun ? id : await ofChat()
    if (runId !== undefined) return this.#service.read(ctx, runId, protocol, from)
    if (from !== undefined) throw err.notFound('The chat has no answer.')
    return new Response(null, { status: 204, headers: { 'cache-control': 'no-store' } })
  }

  async #stop(ctx: Context, id: string): Promise<boolean> {
    const { runs } = this.#service
    if (isRunId(id) && !(await runs.knows(id, ctx))) return runs.stopRun(id, ctx)
    return runs.stopChat(id, runIdOf(ctx.body), ctx)
  }

  #declare(
    method: 'GET' | 'POST',
    path: string,
    fixed: ProtocolName | undefined,
    handler: (ctx: Context) => Promise<unknown>,
    body?: { readonly accept: readonly ('json' | 'text')[]; readonly maxBytes?: number },
  ): AnyRoute {
    this.#declared.push(path)
    const { resume } = this.#options
    const face: RouteFace = {
      describeError: (answer, ctx) =>
        toErrorReply(answer, protocolOf(this.#spoken.get(ctx) ?? fixed ?? this.#protocolOf(ctx)), ctx.requestId),
      exposedHeaders: readHeaders,
    }
    const sse = resume === undefined ? true : { resume }
    const route = { method, path, sse, handler, [routeFace]: face, ...(body !== undefined && { body }) }
    return route
  }

  /** The protocol of a request without a body: by its query, its headers, or the first that can be followed. */
  #protocolOf({ query, headers }: Context): ProtocolName {
    const asked = this.#protocols.find((name) => name === query['protocol'])
    if (asked !== undefined) return asked
    if (headers['accept']?.includes('tidings=1') === true && this.#protocols.includes('events')) return 'events'
    if (headers['anthropic-version'] !== undefined && this.#protocols.includes('anthropic')) return 'anthropic'
    return this.#protocols[0] ?? 'ui-message'
  }

  /** The path of the POST with those of its groups: chats of other routes are other chats. */
  #scopeOf(ctx: Context): string {
    const whole = routePathOf(ctx)
    // The longest: a chat at /messages has /v1/messages as well.
    const [own = ''] = this.#declared.filter((path) => whole.endsWith(path)).toSorted((a, b) => b.length - a.length)
    return `POST ${whole.slice(0, whole.length - own.length)}${this.#options.path}`
  }
}

/** The body of a message; what was sent as text is JSON all the same, for the handler, too. */
function bodyOf(ctx: Context): unknown {
  const { body, headers } = ctx
  const isText = typeof body === 'string' && headers['content-type']?.trimStart().toLowerCase().startsWith('text/')
  return isText === true ? extendContext(ctx, { body: parseSentAsText(body, headers) }).body : body
}

/** What clients read in the head of an answer. */
const readHeaders = ['x-run-id', 'x-workflow-run-id', 'x-workflow-stream-tail-index']

function idOf({ params }: Context): string {
  return params['id'] ?? ''
}

/** How many frames a reader has already, as `@ai-sdk/workflow` says it, or that it wants only what follows. */
function startOf({ query }: Context): number | 'now' | undefined {
  const { startIndex, from } = query
  if (from !== undefined && from !== 'now') throw err.badRequest('from must be now.')
  if (startIndex === undefined) return from
  if (!/^-?\d{1,9}$/.test(startIndex)) throw err.badRequest('startIndex must be a whole number.')
  return Number(startIndex)
}

/** The run that a request to stop names; one that comes late is not to stop the next. */
function runIdOf(body: unknown): string | undefined {
  if (body === undefined || body === null) return undefined
  const runId: unknown = Reflect.get(Object(body), 'runId')
  if (runId === undefined || typeof runId === 'string') return runId
  throw err.badRequest('runId must be a text.')
}
