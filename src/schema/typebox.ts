// Validators from TypeBox types; coercion, defaults and codecs are TypeBox's own.
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { copyOf } from './copy.ts'
import { refused, type Result, type Validate } from './issue.ts'
import { createBound } from './typebox-bounded.ts'
import { createDecode } from './typebox-codec.ts'
import { restoreLossy } from './typebox-coercion.ts'
import { toIssues } from './typebox-issue.ts'

/** Whether `schema` is a TypeBox 1.x type. */
export function isTypeBoxSchema(schema: unknown): schema is TSchema {
  return typeof schema === 'object' && schema !== null && ('~kind' in schema || '~unsafe' in schema)
}

/**
 * Creates a validator from a TypeBox type, compiled where `eval` is allowed.
 * `coerce` converts strings into the numbers, booleans and arrays that the type requires. Nothing is stripped, and the
 * given value is never changed.
 */
export function createTypeBoxValidate(schema: TSchema, coerce: boolean): Validate {
  const compiled = Compile(schema)
  const decode = createDecode(schema)
  const hasDefault = mentionsDefault(schema)
  const prepare = (given: unknown): unknown => {
    if (!coerce && !hasDefault) return given
    const withDefaults = hasDefault ? compiled.Default(copyOf(given)) : copyOf(given)
    return coerce ? restoreLossy(given, compiled.Convert(withDefaults)) : withDefaults
  }
  // Now, and not for the first value that is refused: workerd evaluates code only while a worker starts.
  const bound = createBound(schema)
  return (given): Result => {
    const value = prepare(given)
    if (compiled.Check(value)) return decode(value)
    return refused(toIssues(compiled.Errors(bound(value))))
  }
}

/** Whether `schema` may have defaults. A property that is itself named `default` only costs a copy of each value. */
function mentionsDefault(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false
  return Object.entries(schema).some(([name, part]) => name === 'default' || mentionsDefault(part))
}
