// A TypeBox type as a Standard Schema.
import type { Result, StandardResult, StandardValidator, TypeBoxSchema } from '../schema/index.ts'
import { typeBox } from './bridge.ts'

/** The `~standard` of a TypeBox type. */
export interface TypeBoxStandard extends Required<StandardValidator['~standard']> {
  readonly version: 1
  readonly vendor: 'tidings'
}

/** Creates the `~standard` of a TypeBox type, which compiles it when it first validates. */
export function createStandard(type: TypeBoxSchema): TypeBoxStandard {
  const validate = whenUsed(type, false)
  const validateStrings = whenUsed(type, true)
  return { version: 1, vendor: 'tidings', validate, validateStrings }
}

function whenUsed(type: TypeBoxSchema, coerce: boolean): (value: unknown) => StandardResult {
  let validate: ((value: unknown) => Result) | undefined
  return (value) => {
    validate ??= typeBox(type, { coerce })
    return toStandardResult(validate(value))
  }
}

function toStandardResult(result: Result): StandardResult {
  if (result.ok) return { value: result.value }
  return { issues: result.issues.map(({ path, message }) => ({ message, path: fromPointer(path) })) }
}

/** The keys of a JSON Pointer (RFC 6901). */
function fromPointer(pointer: string): string[] {
  const [, ...keys] = pointer.split('/')
  return keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
}
