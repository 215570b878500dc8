// Whether a value is a reference as our own events have it.
import type { SourceRef } from '../event.ts'
import { isFields } from './fields.ts'

/** Whether a value is a reference to a source, of our own shape. */
export function isSourceRef(value: unknown): value is SourceRef & { readonly id?: string } {
  if (!isFields(value)) return false
  const { kind, url, title, mediaType, id } = value
  if (id !== undefined && typeof id !== 'string') return false
  if (kind === 'url') return typeof url === 'string' && (title === undefined || typeof title === 'string')
  return kind === 'document' && typeof mediaType === 'string' && typeof title === 'string'
}
