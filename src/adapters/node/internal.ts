// The door for adapters of platforms that have Node's streams.
export { respond } from './respond.ts'
export type { DrainWatcher, NodeResponse, RawStream, ResponseWatcher } from './response.ts'
export { PlainSink } from './sink.ts'
export { parseTarget } from './target.ts'
