// Converts TypeBox's errors into issues that say which property is wrong, and what it should be.
import type { Validator as CompiledType } from 'typebox/compile'
import { describeValue } from '../base/index.ts'
import { toPointer, type Issue } from './issue.ts'

type TypeBoxErrors = ReturnType<CompiledType['Errors']>
type TypeBoxError = TypeBoxErrors[number]

/** Converts TypeBox's errors into issues. TypeBox stops at 8 errors (its `Settings`). */
export function toIssues(all: TypeBoxErrors): Issue[] {
  const errors = all.filter((error) => !isRepeated(error, all))
  const choices = errors.map((error) => choicesOf(error, errors))
  const covered = new Set(choices.flat())
  return errors.flatMap((error, index) => {
    const allowed = choices[index] ?? []
    if (allowed.length > 0) return [{ path: error.instancePath, message: oneOf(allowed.map(allowedBy)) }]
    return covered.has(error) ? [] : toIssue(error)
  })
}

/** Whether an error repeats another: "schema is false" of an additional property, or the type of a wrong literal. */
function isRepeated({ keyword, schemaPath }: TypeBoxError, errors: TypeBoxErrors): boolean {
  if (keyword === 'boolean') return schemaPath.endsWith('/additionalProperties')
  return keyword === 'type' && errors.some((other) => other.keyword === 'const' && other.schemaPath === schemaPath)
}

/** Converts one error: into an issue for each property, where it names several of an object. */
function toIssue(error: TypeBoxError): Issue[] {
  const { instancePath: path, message } = error
  switch (error.keyword) {
    case 'required':
      return error.params.requiredProperties.map((name) => ({ path: path + toPointer([name]), message: 'is required' }))
    case 'additionalProperties':
      return error.params.additionalProperties.map((name) => ({
        path: path + toPointer([name]),
        message: 'is not allowed',
      }))
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
