// The types that chat routes carry to `createClient()`: those of our own protocol, which its calls ask for.
import type { ChatEvent, ChatMessage } from '../chat-model/index.ts'
import type { AnyRoute, Returns, Route, RouteGroup, Streams } from '../server/index.ts'
import type { SseEvent } from '../sse/index.ts'

/** A message to a chat, as `createChat()` sends it. Other fields are in `ctx.extra`. */
export interface ChatBody {
  /** The id of the chat. Default: a new one. */
  readonly id?: string
  /** The conversation, the new message last. */
  readonly messages: readonly ChatMessage[]
  readonly trigger?: 'submit-message' | 'regenerate-message'
  /** The message that is answered anew, or was edited. */
  readonly messageId?: string
  readonly [name: string]: unknown
}

/** The events of an answer, by their names. */
export type ChatEventStream = Streams<{ [Type in ChatEvent['type']]: SseEvent<Type, EventOf<Type>> }[ChatEvent['type']]>
/** One interface may stand for several types of events. */
type EventOf<Type, Event = ChatEvent> = Event extends { readonly type: infer Types }
  ? Type extends Types
    ? Event & { readonly type: Type }
    : never
  : never

type Ask<Method extends string, Path extends string, Params, Body, Result> = AnyRoute &
  Route<Method, Path, Params, undefined, Body, undefined, undefined, Result>

/** The route that takes messages. */
export type ChatPostRoute<Path extends string> = Ask<'POST', Path, {}, ChatBody, ChatEventStream>

type ById = { readonly id: string }

/** The routes of a chat whose answers can be followed and stopped. */
type RunRoute<Path extends string> =
  | Ask<'GET', `${Path}/:id/stream`, ById, undefined, ChatEventStream>
  | Ask<'POST', `${Path}/:id/stop`, ById, { readonly runId?: string }, Returns<{ readonly stopped: boolean }>>

/** The routes that {@link chatRoutes} makes; those of other clients' paths are not among the types. */
export interface ChatRouteGroup<Path extends string, Resume> extends RouteGroup {
  readonly path: '/'
  readonly children: readonly (ChatPostRoute<Path> | ([Resume] extends [undefined] ? never : RunRoute<Path>))[]
}
