// One event as a line of NDJSON, for programs: always the same bytes for the same event.
import { compactJson, isJson, isJsonObject } from '../data/json-text.ts'
import { toVisibleJson } from '../terminal/visible.ts'
import type { TailEvent } from './tail-event.ts'

/**
 * `{"event":...,"id":...,"data":...}` and a line break. Data that is a JSON object or a list of objects is a value, as
 * `stream()` reads it, with its numbers as they came; all else is a string. With `isLines`, from a stream of NDJSON,
 * whatever is JSON is a value.
 */
export function toEventLine({ event, id, text }: TailEvent, isLines: boolean): string {
  const isValue = isLines ? isJson(text) : isJsonObject(text)
  const data = isValue ? compactJson(text) : JSON.stringify(text)
  return toVisibleJson(`{"event":${JSON.stringify(event)},"id":${JSON.stringify(id)},"data":${data}}`)
}
