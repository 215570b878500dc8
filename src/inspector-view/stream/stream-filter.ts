// Which streams are shown.
import type { InspectedStream } from '../../inspector-model/index.ts'
import { sourceOf, stateOf } from './stream-words.ts'

/** Which streams are shown: those with a text in their description, whatever its case, in a state. */
export interface StreamFilter {
  readonly text: string
  readonly state: 'all' | 'open' | 'ended'
}

/** Whether a stream is shown. */
export function isShown(stream: InspectedStream, { text, state }: StreamFilter): boolean {
  if (state !== 'all' && (stream.state === 'ended') !== (state === 'ended')) return false
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return true
  const { method, url, route = '', who = '' } = stream.opened
  const { contentType = '', status = '' } = stream.head ?? {}
  const described = [method, url, route, who, sourceOf(stream), stateOf(stream), contentType, status, stream.id]
  const description = described.join('\n').toLowerCase()
  return words.every((word) => description.includes(word))
}
