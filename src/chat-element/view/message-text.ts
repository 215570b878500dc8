// What a message says, as text.
import type { ChatMessage } from '../../chat/index.ts'

/** The text of a message as it was written. */
export function textOf({ parts }: ChatMessage): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n')
}

/** The longest text that is read out, in characters; the rest is in the list of messages. */
const maxSpoken = 4000

/** What is read out of a text of Markdown: its words, without its signs. */
export function toSpoken(markdown: string): string {
  const words = markdown
    .slice(0, 2 * maxSpoken)
    .replaceAll(/^\s*(```|~~~).*$/gm, '')
    .replaceAll(/!?\[([^\]\n]{0,500})\]\([^)\n]{0,2000}\)/g, '$1')
    .replaceAll(/^\s{0,3}(#{1,6}|>|[-*+])\s+/gm, '')
    .replaceAll(/[*_`]+/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return words.length <= maxSpoken ? words : `${words.slice(0, maxSpoken)}…`
}
