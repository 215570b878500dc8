// The deltas of a log: stored events that say no more than which part goes on, and with what text.
import type { ChatEvent } from '../../chat-model/index.ts'
import type { StoredEvent } from '../../journal/index.ts'

/** A part, or the input of a call, that deltas go on with. */
export interface DeltaPart {
  readonly type: ChatEvent['type'] & `${string}-delta`
  readonly id: string
}

/** A delta of a part. */
export interface Delta extends DeltaPart {
  readonly text: string
}

const types: readonly DeltaPart['type'][] = ['text-delta', 'reasoning-delta', 'refusal-delta', 'tool-input-delta']

/** The delta that a stored event is; `undefined` for any other, also for a delta that says more. */
export function deltaOf({ event, data, erased }: StoredEvent): Delta | undefined {
  const type = types.find((name) => name === event)
  if (type === undefined || erased === true) return undefined
  const value = parseObject(data)
  const [idName, textName] = fieldsOf(type)
  const id: unknown = value[idName]
  const text: unknown = value[textName]
  if (typeof id !== 'string' || typeof text !== 'string') return undefined
  const delta = { type, id, text }
  return createDeltaData(delta)(text) === data ? delta : undefined
}

/** Makes the stored data of the deltas of one part. */
export function createDeltaData({ type, id }: DeltaPart): (text: string) => string {
  const [idName, textName] = fieldsOf(type)
  const beginning = `{"type":"${type}","${idName}":${JSON.stringify(id)},"${textName}":`
  return (text) => `${beginning}${JSON.stringify(text)}}`
}

/** Whether this names a part that deltas go on with. */
export function isDeltaType(type: unknown): type is DeltaPart['type'] {
  return types.some((name) => name === type)
}

function fieldsOf(type: DeltaPart['type']): readonly [id: string, text: string] {
  return type === 'tool-input-delta' ? ['toolCallId', 'inputTextDelta'] : ['id', 'delta']
}

/** The fields of a JSON object; none of what is no JSON object. */
function parseObject(data: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(data)
    return { ...Object(value) }
  } catch {
    // Somebody else has stored it: it is kept as it is.
    return {}
  }
}
