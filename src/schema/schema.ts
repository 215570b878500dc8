// The kinds of schema that a route accepts, and the types inferred from them.
import type { StaticDecode, StaticEncode, TSchema } from 'typebox'
import type { StandardSchema } from './standard.ts'

/** A TypeBox 1.x type. TypeBox's own `TSchema` is an empty interface, which would accept everything. */
export type TypeBoxSchema = { readonly '~kind': string } | { readonly '~unsafe': unknown }

/** Whether `schema` is a TypeBox 1.x type. */
export function isTypeBoxSchema(schema: unknown): schema is TypeBoxSchema {
  return typeof schema === 'object' && schema !== null && ('~kind' in schema || '~unsafe' in schema)
}

/** A TypeBox type or any Standard Schema (zod, valibot, arktype, ...). */
export type Schema = StandardSchema | TypeBoxSchema

/** The type of a validated value, as a handler gets it: decoded, with defaults. */
export type Output<S> = S extends StandardSchema
  ? NonNullable<S['~standard']['types']>['output']
  : S extends TSchema
    ? StaticDecode<S>
    : never

/** The type of a value to be validated, as a client passes it: not decoded yet. */
export type Input<S> = S extends StandardSchema
  ? NonNullable<S['~standard']['types']>['input']
  : S extends TSchema
    ? StaticEncode<S>
    : never
