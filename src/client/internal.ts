// The parts of room client that other rooms build on.
export { createBodyReader, isReadable, type BodyReader } from './http/body-reader.ts'
export { toHeaders } from './http/header-values.ts'
export { extractType } from './http/media-type.ts'
export { reconnectOnPageEvents } from './page/index.ts'
export { streamTypeOf } from './stream/stream-type.ts'
