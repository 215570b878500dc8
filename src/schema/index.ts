// schema: any TypeBox type or Standard Schema behind one validator, and the types that come out of it.
export type { Input, Output, Schema, TypeBoxSchema } from './schema.ts'
export type { StandardSchema } from './standard.ts'
export type { Issue, Result, Validate } from './issue.ts'
export { createValidate } from './validator.ts'
