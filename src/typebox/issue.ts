// Converts TypeBox's errors into issues that say which property is wrong, and what it should be.
import type { Validator as CompiledType } from 'typebox/compile'
import { describeValue } from '../base/index.ts'
import { toPointer, type Issue } from '../schema/index.ts'

type TypeBoxErrors = ReturnType<CompiledType['Errors']>
type TypeBoxError = TypeBoxErrors[number]

/** Converts TypeBox's errors into issues. TypeBox stops at 8 errors (its `Settings`). */
export function toIssues(all: TypeBoxErrors): Issue[] {
  const named = new Set(all.flatMap(namedBy))
  const errors = all.filter((error) => !isRepeated(error, all, named))
  const choices = errors.map((error) => choicesOf(error, errors))
  const covered = new Set(choices.flat())
  return errors.flatMap((error, index) => {
    const allowed = choices[index] ?? []
    if (allowed.length > 0) return [{ path: error.instancePath, message: oneOf(allowed.map(allowedBy)) }]
    return covered.has(error) ? [] : toIssue(error)
  })
}

/**
 * Whether an error repeats another: "schema is false" of an additional property, or the type of a wrong literal. An error
 * whose other report was cut off (there are 8 at most) repeats nothing.
 */
function isRepeated(
  { keyword, schemaPath, instancePath }: TypeBoxError,
  errors: TypeBoxErrors,
  named: ReadonlySet<string>,
): boolean {
  if (keyword === 'boolean') return named.has(instancePath)
  return keyword === 'type' && errors.some((other) => other.keyword === 'const' && other.schemaPath === schemaPath)
}

/** The paths of the properties that an error reports as not allowed. */
function namedBy(error: TypeBoxError): string[] {
  if (error.keyword !== 'additionalProperties') return []
  return error.params.additionalProperties.map((name) => error.instancePath + toPointer([name]))
}

/** Converts one error: into an issue for each property, where it names several of an object. */
function toIssue(error: TypeBoxError): Issue[] {
  const { instancePath: path, message } = error
  switch (error.keyword) {
    case 'required':
      return error.params.requiredProperties.map((name) => ({ path: path + toPointer([name]), message: 'is required' }))
    case 'additionalProperties':
      return namedBy(error).map((named) => ({ path: named, message: 'is not allowed' }))
    case 'boolean':
      return [{ path, message: 'is not allowed' }]
    case 'const':
      return [{ path, message: `must be ${describeValue(error.params.allowedValue)}` }]
    case 'enum':
      return [{ path, message: oneOf(error.params.allowedValues) }]
    default:
      return [{ path, message }]
  }
}

/** The errors of a union's members if all of them are constants, so that one issue can list the allowed values. */
function choicesOf(error: TypeBoxError, errors: TypeBoxErrors): TypeBoxError[] {
  if (error.keyword !== 'anyOf') return []
  const members = errors.filter((member) => member.schemaPath.startsWith(`${error.schemaPath}/anyOf/`))
  const isChoice = members.every((member) => member.keyword === 'const' && member.instancePath === error.instancePath)
  return isChoice ? members : []
}

function allowedBy(error: TypeBoxError): unknown {
  return error.keyword === 'const' ? error.params.allowedValue : undefined
}

function oneOf(values: readonly unknown[]): string {
  return `must be one of ${values.map(describeValue).join(', ')}`
}
