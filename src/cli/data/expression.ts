// `--filter` and `--until`: which events are meant, by a value somewhere in their data, or by a text.
import { TidingsError } from '../../base/index.ts'
import { lookUp } from './json-path.ts'

/** What an expression looks at. */
export interface ExpressionEvent {
  readonly event: string
  readonly id: string
  /** The data as text. */
  readonly text: string
}

/** Whether an event is meant. */
export type Expression = (event: ExpressionEvent) => boolean

/**
 * Reads an expression. `path=value`: the data is JSON, and has this value at the path, whose steps are separated by dots
 * (`user.name=Ada`, `items.0.id=7`); `@event` and `@id` are the event's own name and id. Anything else is a text that the
 * data contains; `~` in front says so for a text that looks like the other kind.
 *
 * @throws TidingsError `ERR_OPTION` for an expression of nothing
 */
export function parseExpression(option: string, source: string): Expression {
  const [, path, value = ''] = /^(@event|@id|[\w$-]+(?:\.[\w$-]+)*)=(.*)$/s.exec(source) ?? []
  if (path === undefined) return parseText(option, source)
  if (path === '@event') return ({ event }) => event === value
  if (path === '@id') return ({ id }) => id === value
  const steps = path.split('.')
  return ({ text }) => isValue(lookUp(text, steps), value)
}

function parseText(option: string, source: string): Expression {
  const wanted = source.replace(/^~/, '')
  if (wanted !== '') return ({ text }) => text.includes(wanted)
  throw new TidingsError('ERR_OPTION', `${option} takes path=value or a text, not ${JSON.stringify(source)}.`)
}

function isValue(value: unknown, expected: string): boolean {
  if (value === undefined) return false
  return typeof value === 'string' ? value === expected : JSON.stringify(value) === expected
}
