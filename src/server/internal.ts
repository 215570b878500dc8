// The door for adapters: what a runtime hands in, what it gets back, and where the bytes of a stream go.
export { checkAnswer } from './answer.ts'
export { isAuthority } from './authority.ts'
export { closeIncoming, malformedHost, RequestIncoming, type Incoming } from './incoming.ts'
export { BodyReader } from './native-body.ts'
export { withoutFraming } from './outgoing.ts'
export { Reply } from './reply.ts'
export { serverOf, type RequestHandler } from './server.ts'
export type { Sink, SinkSource } from './sink.ts'
