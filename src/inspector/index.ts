// inspector: shows every stream of a server, whatever client reads it.
export { inspector } from './inspector.ts'
export type { InspectorOptions, RedactOptions } from './options.ts'
export { TidingsError, type ErrorCode } from '../base/index.ts'
export type { Channels } from '../channel/index.ts'
export type { Context, Middleware } from '../server/index.ts'
