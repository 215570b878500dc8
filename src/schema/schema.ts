// What a route may give as a schema, and the types that come out of it.
import type { StaticDecode, StaticEncode, TSchema } from 'typebox'
import type { StandardSchema } from './standard.ts'

/** A TypeBox 1.x type. Its own `TSchema` is the empty interface and would accept everything. */
export type TypeBoxSchema = { readonly '~kind': string } | { readonly '~unsafe': unknown }

/** A TypeBox type or any Standard Schema (zod, valibot, arktype, ...). */
export type Schema = StandardSchema | TypeBoxSchema

/** What a handler gets from a schema. */
export type Output<S> = S extends StandardSchema
  ? NonNullable<S['~standard']['types']>['output']
  : S extends TSchema
    ? StaticDecode<S>
    : never

/** What a caller hands in for a schema. */
export type Input<S> = S extends StandardSchema
  ? NonNullable<S['~standard']['types']>['input']
  : S extends TSchema
    ? StaticEncode<S>
    : never
