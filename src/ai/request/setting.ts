// Tools and settings that several protocols spell alike.
import type { ChatSettings, ChatTool } from './chat-request.ts'
import {
  isFields,
  optional,
  own,
  readBoolean,
  readFields,
  readId,
  readList,
  readNumber,
  readText,
  type Fields,
} from './field.ts'

/** The tools of a request, each read by `read`. */
export function readTools(value: unknown, read: (tool: Fields, path: string) => ChatTool): readonly ChatTool[] {
  return (optional(value, 'tools', readList) ?? []).map((tool, index) =>
    read(readFields(tool, `tools[${index}]`), `tools[${index}]`),
  )
}

/** A tool by the names that its protocol uses. */
export function toolOf(fields: Fields, schemaName: string, path: string, raw: unknown): ChatTool {
  const description = optional(own(fields, 'description'), `${path}.description`, readText)
  const parameters = own(fields, schemaName)
  return {
    name: readId(own(fields, 'name'), `${path}.name`),
    ...(description === undefined ? {} : { description }),
    ...(isFields(parameters) ? { parameters } : {}),
    raw,
  }
}

/** A setting that is a number, under the name of the protocol. */
export function numberOf(body: Fields, name: string): number | undefined {
  return optional(own(body, name), name, readNumber)
}

/** A setting that is text, under the name of the protocol. */
export function textOf(body: Fields, name: string): string | undefined {
  return optional(own(body, name), name, readText)
}

/** A setting that is `true` or `false`, under the name of the protocol. */
export function booleanOf(body: Fields, name: string): boolean | undefined {
  return optional(own(body, name), name, readBoolean)
}

/** A word, or a list of words. */
export function wordsOf(body: Fields, name: string): readonly string[] | undefined {
  const value = own(body, name)
  if (typeof value === 'string') return [value]
  return optional(value, name, readList)?.map((word, index) => readText(word, `${name}[${index}]`))
}

/** `auto`, `none`, `required`, or the one tool that must be called; other choices (hosted tools) stay in `ctx.body`. */
export function choiceOf(value: unknown): ChatSettings['toolChoice'] {
  if (value === 'auto' || value === 'none' || value === 'required') return value
  if (!isFields(value)) return undefined
  const type = own(value, 'type')
  if (type === 'auto' || type === 'none') return type
  if (type === 'any') return 'required'
  const inner = own(value, 'function') ?? own(value, 'custom') ?? value
  const name = isFields(inner) ? own(inner, 'name') : undefined
  return typeof name === 'string' ? { name } : undefined
}

/** `response_format` of OpenAI chat, `text.format` of Responses, `output_config.format` of Anthropic. */
export function formatOf(value: unknown): ChatSettings['responseFormat'] {
  if (!isFields(value)) return undefined
  const type = own(value, 'type')
  if (type === 'text') return { type }
  if (type === 'json_object') return { type: 'json' }
  if (type !== 'json_schema') return undefined
  const inner = own(value, 'json_schema')
  const fields = isFields(inner) ? inner : value
  const name = own(fields, 'name')
  return { type: 'json-schema', schema: own(fields, 'schema'), ...(typeof name === 'string' ? { name } : {}) }
}
