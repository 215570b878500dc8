// schema: validation by a TypeBox type or any Standard Schema, and the types that routes infer from them.
export type { Input, Output, Schema, TypeBoxSchema } from './schema.ts'
export type { StandardIssue, StandardResult, StandardSchema } from './standard.ts'
export type { Issue, Issues, Result, Validate } from './issue.ts'
export type { PathParams } from './path.ts'
export type { Returns, Route, Streams } from './route.ts'
export { namesOf } from './names.ts'
export { createValidate, isSchema } from './validator.ts'
