// Validators from TypeBox types; coercion, defaults and codecs are TypeBox's own.
import { Compile } from 'typebox/compile'
import { refused, type Result, type TypeBoxSchema } from '../schema/index.ts'
import { createDecode } from './codec.ts'
import { restoreLossy } from './coercion.ts'
import { copyOf } from './copy.ts'
import { createBound } from './bounded.ts'
import { toIssues } from './issue.ts'

/**
 * The bridge to TypeBox: creates a validator from one of its types, compiled where `eval` is allowed.
 * `coerce` converts strings into the numbers, booleans and arrays that the type requires. Nothing is stripped, and the
 * given value is never changed.
 */
export function typeBox(schema: TypeBoxSchema, { coerce }: { readonly coerce: boolean }): (value: unknown) => Result {
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
