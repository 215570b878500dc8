// The door for adapters: what a runtime hands in, what it gets back, and where the bytes of a stream go.
export { checkAnswer } from './answer.ts'
export { createArrival, noteArrival, type Arrival } from './arrival.ts'
export { attachTo, type AttachedTo, type Attachment } from './attachment.ts'
export { isAuthority } from './authority.ts'
export { checkCloseTimes, closeChecks, type CloseOptions } from './closing.ts'
export { Entrance, type Listener } from './entrance.ts'
export {
  closeIncoming,
  malformedHost,
  malformedTarget,
  RequestIncoming,
  type BodyWatcher,
  type CloseWatcher,
  type Incoming,
  type LeftBody,
} from './incoming.ts'
export { BodyReader } from './native-body.ts'
export type { ErrorAnswer } from './answer.ts'
export {
  digestOf,
  extendContext,
  failureOf,
  outlive,
  report,
  routeFace,
  routePathOf,
  searchParamsOf,
  type RouteFace,
} from './face.ts'
export { routesOf, type DescribedRoute } from './described-route.ts'
export { isFraming } from './framing.ts'
export { WrittenStream, type Writing } from './written.ts'
export { mediaTypes as streamTypes } from './negotiate.ts'
export { withoutFraming } from './outgoing.ts'
export { isDevelopment, isProduction } from './reload.ts'
export { Reply } from './reply.ts'
export type { HeldBy } from './route.ts'
export { iterate } from './source.ts'
export { serverOf, type RequestHandler } from './request-handler.ts'
export type { Sink, SinkSource } from './sink.ts'
export type { Unread } from './stream-end.ts'
