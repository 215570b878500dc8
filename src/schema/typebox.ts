// The TypeBox bridge: a TypeBox type becomes a validator; coercion, defaults and codecs are TypeBox's own.
import type { TSchema } from 'typebox'
import { Compile, type Validator as CompiledType } from 'typebox/compile'
import { Clone, DecodeUnsafe, HasCodec } from 'typebox/value'
import { toPointer, type Issue, type Result, type Validate } from './issue.ts'

type TypeBoxErrors = ReturnType<CompiledType['Errors']>

/** Whether `schema` was made by TypeBox 1.x. */
export function isTypeBoxSchema(schema: unknown): schema is TSchema {
  return typeof schema === 'object' && schema !== null && ('~kind' in schema || '~unsafe' in schema)
}

/**
 * A validator of a TypeBox type, compiled where `eval` is allowed.
 * `coerce` turns strings into the numbers, booleans and arrays that the type asks for. Nothing is stripped.
 */
export function createTypeBoxValidate(schema: TSchema, coerce: boolean): Validate {
  const compiled = Compile(schema)
  const hasCodec = HasCodec(schema)
  // A property that is itself named `default` costs the fast path and nothing else.
  const hasDefault = JSON.stringify(schema).includes('"default":')
  return (given): Result => {
    if (!coerce && !hasDefault && compiled.Check(given))
      return hasCodec ? decode(schema, Clone(given)) : { value: given }
    let value = hasDefault ? compiled.Default(Clone(given)) : given
    if (coerce) value = compiled.Convert(hasDefault ? value : Clone(value))
    if (!compiled.Check(value)) return { issues: toIssues(compiled.Errors(value)) }
    return hasCodec ? decode(schema, value) : { value }
  }
}

/** A codec refuses a value by throwing. */
function decode(schema: TSchema, value: unknown): Result {
  try {
    return { value: DecodeUnsafe({}, schema, value) }
  } catch (error) {
    return { issues: [{ path: '', message: error instanceof Error ? error.message : String(error) }] }
  }
}

/** TypeBox names all missing properties in one error at the object; a reader wants one for each property. */
function toIssues(errors: TypeBoxErrors): Issue[] {
  return errors.flatMap((error): Issue[] => {
    if (error.keyword !== 'required') return [{ path: error.instancePath, message: error.message }]
    return error.params.requiredProperties.map((name) => ({
      path: error.instancePath + toPointer([name]),
      message: 'is required',
    }))
  })
}
