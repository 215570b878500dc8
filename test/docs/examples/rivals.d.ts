// What the examples of docs/migration call of the packages that one comes from; bench/ has the packages.
declare module 'better-sse' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  interface Session {
    readonly lastId: string
    push(data: unknown, eventName?: string, eventId?: string): this
    iterate(iterable: AsyncIterable<unknown>, options?: { readonly eventName?: string }): Promise<void>
  }
  interface Channel {
    register(session: Session): this
    broadcast(data: unknown, eventName?: string): this
  }
  export function createSession(request: IncomingMessage, response: ServerResponse): Promise<Session>
  export function createChannel(): Channel
}

declare module 'eventsource' {
  export const EventSource: typeof import('tidings/client').EventSource
}

declare module 'vafast' {
  export const defineRoute: typeof import('tidings').defineRoute
  export const defineRoutes: typeof import('tidings').defineRoutes
  export const serve: typeof import('tidings').serve
  export const Server: typeof import('tidings').Server
  export const sse: typeof import('tidings').sse
  export const Type: typeof import('tidings').Type
}
