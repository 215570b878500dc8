// Standard Schema: the interface that zod, valibot, arktype and others share (https://standardschema.dev).

/** The result of a Standard Schema's `validate`. */
export type StandardResult =
  | { readonly value: unknown; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] }

/** One validation error of a Standard Schema. */
export interface StandardIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** Any Standard Schema, version 1. Only what inference needs, which keeps type checking cheap. */
export interface StandardSchema {
  readonly '~standard': {
    readonly types?: { readonly input: unknown; readonly output: unknown } | undefined
  }
}

/** The part of a Standard Schema that is used at run time. */
export interface StandardValidator {
  readonly '~standard': {
    validate(value: unknown): StandardResult | PromiseLike<StandardResult>
    /** Not of the standard: validates a value that arrived as strings, and converts them. `Type` of `tidings/typebox`. */
    readonly validateStrings?: ((value: unknown) => StandardResult) | undefined
  }
}

/** Whether `schema` is a Standard Schema. It may be a function, as arktype's schemas are. */
export function isStandardSchema(schema: unknown): schema is StandardValidator {
  if ((typeof schema !== 'object' && typeof schema !== 'function') || schema === null) return false
  const standard: unknown = Reflect.get(schema, '~standard')
  return typeof standard === 'object' && standard !== null && typeof Reflect.get(standard, 'validate') === 'function'
}
