// The validator: one interface for every kind of schema.
import { TidingsError } from '../base/index.ts'
import { refused, toPointer, type Issue, type Result, type Validate } from './issue.ts'
import { isStandardSchema, type StandardIssue, type StandardResult, type StandardValidator } from './standard.ts'
import { createTypeBoxValidate, isTypeBoxSchema } from './typebox.ts'

/**
 * Creates a validator from `schema`, once, when a server starts.
 * `coerce` is for values that arrive as strings (query, params, headers, cookies): they are converted for a TypeBox
 * type, while a Standard Schema gets the strings and has to convert them itself (`z.coerce.number()`).
 *
 * @throws TidingsError `ERR_ROUTE` when `schema` is neither a TypeBox type nor a Standard Schema.
 */
export function createValidate(schema: unknown, options: { readonly coerce: boolean }): Validate {
  if (isStandardSchema(schema)) return createStandardValidate(schema)
  if (isTypeBoxSchema(schema)) return createTypeBoxValidate(schema, options.coerce)
  throw new TidingsError(
    'ERR_ROUTE',
    'A schema must be a TypeBox type or a Standard Schema (zod, valibot, arktype, ...).',
  )
}

/** Whether `schema` is one that {@link createValidate} accepts, without the cost of compiling it. */
export function isSchema(schema: unknown): boolean {
  return isStandardSchema(schema) || isTypeBoxSchema(schema)
}

function createStandardValidate(schema: StandardValidator): Validate {
  return (given) => {
    const result = schema['~standard'].validate(given)
    return 'then' in result ? Promise.resolve(result).then(fromStandard) : fromStandard(result)
  }
}

function fromStandard(result: StandardResult): Result {
  if (result.issues === undefined) return { ok: true, value: result.value }
  // Not `map` on the list itself: arktype's is a subclass of Array, whose copies can be wrong.
  return refused(Array.from(result.issues ?? [], fromStandardIssue))
}

function fromStandardIssue(issue: StandardIssue): Issue {
  const keys = Array.from(issue.path ?? [], (segment) => (typeof segment === 'object' ? segment.key : segment))
  return { path: toPointer(keys), message: issue.message }
}
