// Files and sources as providers name them.
import type { DraftEvent } from '../draft.ts'
import type { SourceRef } from '../event.ts'
import { fieldsOf, given, textOf } from './fields.ts'

/** A file at a url; its media type is that of a `data:` url where nothing else says it. */
export function fileAt(url: string, mediaType?: string): DraftEvent {
  const own = /^data:([^;,]+)/.exec(url.slice(0, 200))?.[1]
  return { type: 'file', url, mediaType: mediaType ?? own ?? 'application/octet-stream' }
}

/** What an annotation or a citation of OpenAI refers to, and where in its part. */
export function annotationOf(
  value: unknown,
): { source: SourceRef & { id?: string }; startIndex?: number; endIndex?: number } | undefined {
  const annotation = fieldsOf(value)
  // OpenAI chat has the fields one level deeper, under the annotation's own type.
  const fields = { ...annotation, ...fieldsOf(annotation['url_citation']) }
  const url = textOf(fields['url'])
  const title = textOf(fields['title'])
  const { start_index: start, end_index: end } = fields
  const range = {
    ...(typeof start === 'number' ? { startIndex: start } : {}),
    ...(typeof end === 'number' ? { endIndex: end } : {}),
  }
  if (url !== undefined) return { source: { kind: 'url', url, ...given({ title }) }, ...range }
  const id = textOf(fields['file_id'])
  const filename = textOf(fields['filename'])
  if (id === undefined && filename === undefined) return undefined
  const named = { title: filename ?? id ?? '', ...given({ filename, id }) }
  return { source: { kind: 'document', mediaType: 'application/octet-stream', ...named }, ...range }
}
