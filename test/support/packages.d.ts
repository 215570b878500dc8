// The parts that the tests call of packages without types of their own.
type NodeMiddleware = import('express').Middleware

declare module 'compression' {
  const compression: (options?: { readonly threshold?: number }) => NodeMiddleware
  export default compression
}

declare module 'express-session' {
  interface SessionOptions {
    readonly secret: string
    readonly resave: boolean
    readonly saveUninitialized: boolean
    readonly rolling?: boolean
  }
  const session: (options: SessionOptions) => NodeMiddleware
  export default session
}

declare module 'morgan' {
  const morgan: (format: string, options: { readonly stream: { write(line: string): void } }) => NodeMiddleware
  export default morgan
}

declare module 'multer' {
  interface Upload {
    none(): NodeMiddleware
    single(field: string): NodeMiddleware
  }
  const multer: () => Upload
  export default multer
}

declare module 'koa' {
  import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

  export interface Context {
    readonly req: IncomingMessage & { body?: unknown }
    readonly res: ServerResponse
    readonly request: { readonly body?: unknown; readonly rawBody?: string }
    readonly path: string
    respond: boolean
    body: unknown
    set(name: string, value: string): void
    vary(name: string): void
  }
  export type Middleware = (ctx: Context, next: () => Promise<void>) => unknown
  export default class Koa {
    use(middleware: Middleware): this
    callback(): RequestListener
  }
}

declare module 'koa-bodyparser' {
  const bodyParser: () => import('koa').Middleware
  export default bodyParser
}

declare module '@vendia/serverless-express' {
  import type { RequestListener } from 'node:http'

  const serverlessExpress: (options: {
    readonly app: RequestListener
  }) => (event: object, context: object) => Promise<unknown>
  export default serverlessExpress
}

declare module 'react-dom/server' {
  export function renderToString(element: unknown): string
}

declare module 'react-dom/client' {
  export function createRoot(container: unknown): { render(element: unknown): void; unmount(): void }
}
