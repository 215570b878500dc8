// adapters: the package's front door. The server's names, and the `serve` of the runtime that it runs on.
export { serve } from '#runtime'
export type { CloseOptions, Fetch, Serve, ServeHandle, ServeOptions } from './contract/index.ts'
export {
  defineMiddleware,
  defineRoute,
  defineRoutes,
  err,
  HttpError,
  json,
  keepOnReload,
  networkOf,
  onReload,
  StreamEndedError,
  type AnyRoute,
  type Context,
  type CorsOptions,
  type EndReason,
  type Finish,
  type HttpErrorOptions,
  type JsonInit,
  type Middleware,
  type NetworkOptions,
  type RequestIssue,
  type Route,
  type RouteGroup,
  type Routes,
  type ServerOptions,
  type SseOptions,
  type State,
  type StateOf,
} from '../server/index.ts'
export { Server } from './server.ts'
export { sse, SseEvent, type EventFields } from '../sse/index.ts'
export { sleep, TidingsError, type ErrorCode } from '../base/index.ts'
export { Type } from 'typebox'
