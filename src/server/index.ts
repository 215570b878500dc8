// server: routes that stream by `yield`, and the life of each request, on any runtime.
export { json, type JsonInit } from './answer.ts'
export type { BodyKind, BodyOptions } from './body.ts'
export type { Context, Part, State, Strings } from './context.ts'
export type { CorsOptions } from './cors.ts'
export type { EventSchemas } from './event-schema.ts'
export type { DispatchOptions, ServerFetch } from './fetch.ts'
export type { ErrorPolicyOptions } from './error-policy.ts'
export { err, HttpError, type HttpErrorOptions, type MakeHttpError } from './http-error.ts'
export { networkOf, type NetworkOptions } from './ip-address.ts'
export { defineMiddleware, type Middleware, type Next, type StateOf } from './middleware.ts'
export type { ObservedHead, ObservedStream, ServerObserver } from './observe.ts'
export type { SseOptions } from './policy.ts'
export type { TrustProxy } from './proxy-trust.ts'
export { keepOnReload, onReload } from './reload.ts'
export {
  defineRoute,
  defineRoutes,
  type AnyRoute,
  type DefineRoute,
  type DefineRouteBehind,
  type Method,
  type RouteDefinition,
  type RouteGroup,
  type Routes,
} from './route.ts'
export type {
  Input,
  Output,
  PathParams,
  Returns,
  Route,
  Schema,
  SchemaBridge,
  StandardSchema,
  Streams,
  TypeBoxSchema,
} from '../schema/index.ts'
export { Server } from './server.ts'
export type { Finish, ServerOptions } from './server-options.ts'
export { StreamEndedError, type EndReason, type StreamOutcome } from './stream-end.ts'
export type { StreamLimits } from './stream-limits.ts'
export type { RequestIssue } from './validation.ts'
export { TidingsError, type ErrorCode, type Mistake } from '../base/index.ts'
