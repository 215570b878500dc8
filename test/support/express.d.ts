// The part of Express that the tests call: it brings no types of its own.
declare module 'express' {
  import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'

  interface Express extends RequestListener {
    use(...handlers: (Middleware | Listener | ErrorMiddleware)[]): this
    use(path: string, handler: RequestListener): this
    get(path: string, handler: Handler): this
    post(path: string, parser: Middleware, handler: Handler): this
    listen(port: number): Server
  }
  type Handler = (
    request: IncomingMessage & { readonly body: unknown },
    response: ServerResponse & { sendStatus(status: number): void },
  ) => void
  type Listener = (request: never, response: never, next: () => void) => void
  export type Middleware = (request: IncomingMessage, response: never, next: () => void) => void
  type ErrorMiddleware = (error: unknown, request: never, response: never, next: () => void) => void
  interface ParserOptions {
    readonly type?: string
    readonly extended?: boolean
  }
  type MakeParser = (options?: ParserOptions) => Middleware
  const express: { (): Express; json: MakeParser; raw: MakeParser; text: MakeParser; urlencoded: MakeParser }
  export default express
}
