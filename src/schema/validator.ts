// The validator: one interface for every kind of schema.
import { TidingsError } from '../base/index.ts'
import { refused, toPointer, type Issue, type Result, type Validate } from './issue.ts'
import { isStandardSchema, type StandardIssue, type StandardResult, type StandardValidator } from './standard.ts'
import { isTypeBoxSchema, type TypeBoxSchema } from './schema.ts'

/**
 * Creates validators from TypeBox types, which do not validate by themselves: `typeBox` of `tidings/typebox`. It is passed
 * on as an argument, so that a server of Standard Schemas is shipped without TypeBox.
 */
export type SchemaBridge = (schema: TypeBoxSchema, options: { readonly coerce: boolean }) => Validate

/** How a schema validates. */
interface ValidateOptions {
  /**
   * For values that arrive as strings (query, params, headers, cookies): they are converted for a TypeBox type, while any
   * other Standard Schema gets the strings and has to convert them itself (`z.coerce.number()`).
   */
  readonly coerce: boolean
  /** What TypeBox types are compiled by; without it they are refused. */
  readonly bridge: SchemaBridge | undefined
}

/**
 * Creates a validator from `schema`, once, when a server starts.
 *
 * @throws TidingsError `ERR_ROUTE` when `schema` is neither a Standard Schema nor a TypeBox type for which there is a bridge
 */
export function createValidate(schema: unknown, { coerce, bridge }: ValidateOptions): Validate {
  if (isStandardSchema(schema)) return createStandardValidate(schema, coerce)
  if (!isTypeBoxSchema(schema)) {
    throw new TidingsError(
      'ERR_ROUTE',
      'A schema must be a TypeBox type or a Standard Schema (zod, valibot, arktype, ...).',
    )
  }
  if (bridge === undefined) throw unbridged()
  return bridge(schema, { coerce })
}

/** Whether `schema` is one that {@link createValidate} accepts with a bridge, without the cost of compiling it. */
export function isSchema(schema: unknown): boolean {
  return isStandardSchema(schema) || isTypeBoxSchema(schema)
}

/**
 * Refuses a schema that needs a bridge where there is none.
 *
 * @throws TidingsError `ERR_ROUTE`, as {@link createValidate}, without the cost of compiling it
 */
export function refuseUnbridged(schema: unknown, bridge: SchemaBridge | undefined): void {
  if (bridge === undefined && isTypeBoxSchema(schema) && !isStandardSchema(schema)) throw unbridged()
}

function unbridged(): TidingsError {
  return new TidingsError(
    'ERR_ROUTE',
    'A schema is a TypeBox type, and `tidings/server` comes without TypeBox: import `Server` from `tidings`, or `Type` from ' +
      '`tidings/typebox`, whose types are Standard Schemas, or pass `typeBox` from there: `new Server(routes, options, typeBox)`.',
  )
}

function createStandardValidate({ '~standard': standard }: StandardValidator, coerce: boolean): Validate {
  const { validateStrings } = standard
  if (coerce && validateStrings !== undefined) return (given) => fromStandard(validateStrings(given))
  return (given) => {
    const result = standard.validate(given)
    return 'then' in result ? Promise.resolve(result).then(fromStandard) : fromStandard(result)
  }
}

function fromStandard(result: StandardResult): Result {
  if (result.issues === undefined) {
    // A value that is `undefined` is one; no value at all would let in what nobody has checked.
    if ('value' in result) return { ok: true, value: result.value }
    throw new TidingsError(
      'ERR_ROUTE',
      'A schema answered with neither `value` nor `issues`: it is no Standard Schema.',
    )
  }
  // Not `map` on the list itself: arktype's is a subclass of Array, whose copies can be wrong.
  return refused(Array.from(result.issues ?? [], fromStandardIssue))
}

/** An issue of somebody else's, who may leave out or mistake any part of it: refused is refused. */
function fromStandardIssue(issue: Partial<StandardIssue> | null | undefined): Issue {
  const keys = Array.from(issue?.path ?? [], (segment) => (typeof segment === 'object' ? segment?.key : segment))
  const message: unknown = issue?.message
  return { path: toPointer(keys), message: typeof message === 'string' ? message : 'is invalid' }
}
