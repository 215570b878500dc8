// Middleware that belongs to one server: it observes it, and ends what it has open when the server shuts down.
import type { Context } from './context.ts'
import type { ServerObserver } from './observe.ts'

/** A server, as middleware that is attached to it sees it. */
export interface AttachedTo {
  observe(observer: ServerObserver): () => void
  /** Whether readers should be sent elsewhere: the server closes, or the handle does through which this request came. */
  isClosing(ctx: Context): boolean
}

/** What middleware does for the server that it is used by. */
export interface Attachment {
  /** The server shuts down, and its streams are about to end: what the middleware has open is ended. */
  onShutDown?(): void
}

/** The method of middleware that `server.use` calls with the server. */
export const attachTo: unique symbol = Symbol('tidings.attachTo')

/** Attaches middleware to `server`, if it asks for that. */
export function attachmentOf(middleware: object, server: AttachedTo): Attachment | undefined {
  return isAttachable(middleware) ? middleware[attachTo](server) : undefined
}

interface Attachable {
  [attachTo](server: AttachedTo): Attachment
}

function isAttachable(middleware: object): middleware is Attachable {
  return typeof Reflect.get(middleware, attachTo) === 'function'
}
