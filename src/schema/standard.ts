// Standard Schema: the interface that zod, valibot, arktype and others share (https://standardschema.dev).

/** What a Standard Schema's `validate` answers. */
export type StandardResult =
  | { readonly value: unknown; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] }

/** One thing that is wrong with a value. */
export interface StandardIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** Any Standard Schema, version 1: only what types need, so that the check stays cheap. */
export interface StandardSchema {
  readonly '~standard': {
    readonly types?: { readonly input: unknown; readonly output: unknown } | undefined
  }
}

/** The part of a Standard Schema that runs. */
export interface StandardValidator {
  readonly '~standard': { validate(value: unknown): StandardResult | PromiseLike<StandardResult> }
}

/** Whether `schema` can be run as a Standard Schema. arktype's schemas are functions, so those count too. */
export function isStandardSchema(schema: unknown): schema is StandardValidator {
  if ((typeof schema !== 'object' && typeof schema !== 'function') || schema === null) return false
  const standard: unknown = Reflect.get(schema, '~standard')
  return typeof standard === 'object' && standard !== null && typeof Reflect.get(standard, 'validate') === 'function'
}
