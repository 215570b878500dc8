// typebox: what brings TypeBox to `tidings/server`, a bridge for its types or a `Type` whose types are Standard Schemas.
export { typeBox } from './bridge.ts'
export { Type } from './type.ts'
export type { Issue, Issues, Result, SchemaBridge, Validate } from '../schema/index.ts'
export { TidingsError, type ErrorCode } from '../base/index.ts'
