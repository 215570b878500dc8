// The TypeBox bridge: a TypeBox type becomes a validator; coercion, defaults and codecs are TypeBox's own.
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { copyOf } from './copy.ts'
import type { Result, Validate } from './issue.ts'
import { createDecode } from './typebox-codec.ts'
import { restoreLossy } from './typebox-coercion.ts'
import { toIssues } from './typebox-issue.ts'

/** Whether `schema` was made by TypeBox 1.x. */
export function isTypeBoxSchema(schema: unknown): schema is TSchema {
  return typeof schema === 'object' && schema !== null && ('~kind' in schema || '~unsafe' in schema)
}

/**
 * A validator of a TypeBox type, compiled where `eval` is allowed.
 * `coerce` turns strings into the numbers, booleans and arrays that the type asks for. Nothing is stripped, and what is
 * given is never changed.
 */
export function createTypeBoxValidate(schema: TSchema, coerce: boolean): Validate {
  const compiled = Compile(schema)
  const decode = createDecode(schema)
  const hasDefault = mentionsDefault(schema)
  const prepare = (given: unknown): unknown => {
    if (!coerce && !hasDefault) return given
    const filled = hasDefault ? compiled.Default(copyOf(given)) : copyOf(given)
    return coerce ? restoreLossy(given, compiled.Convert(filled)) : filled
  }
  return (given): Result => {
    const value = prepare(given)
    return compiled.Check(value) ? decode(value) : { issues: toIssues(compiled.Errors(value)) }
  }
}

/** A property that is itself named `default` costs a copy of each value and nothing else. */
function mentionsDefault(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false
  return Object.entries(schema).some(([name, part]) => name === 'default' || mentionsDefault(part))
}
