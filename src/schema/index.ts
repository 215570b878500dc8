// schema: validation by any Standard Schema, or by a TypeBox type over a bridge, and the types that routes infer from them.
export { isTypeBoxSchema, type Input, type Output, type Schema, type TypeBoxSchema } from './schema.ts'
export type { StandardIssue, StandardResult, StandardSchema, StandardValidator } from './standard.ts'
export { refused, toPointer, type Issue, type Issues, type Result, type Validate } from './issue.ts'
export type { PathParams } from './path.ts'
export type { Returns, Route, Streams } from './route.ts'
export { namesOf } from './names.ts'
export { createValidate, isSchema, refuseUnbridged, type SchemaBridge } from './validator.ts'
