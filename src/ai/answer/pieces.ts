// Text that is larger than an event may be, in several deltas: what a handler yields at once must not fail for its length.
import { toJson } from '../../base/index.ts'
import type { ChatEvent } from '../../chat-model/index.ts'

/** The most bytes that JSON needs for a UTF-16 unit: `\u0000`. */
const mostBytesOfUnit = 6

/** The units of a character that is a pair of them. */
const pair = 2

/** Made when it is needed first: few answers have such text. */
let graphemes: Intl.Segmenter | undefined

/**
 * An event as it is where its JSON has at most `maxEventBytes` bytes, or where it is no delta; else as several deltas that come
 * to the same. None is cut inside a character, nor inside a grapheme but one that is larger than a piece itself.
 */
export function piecesOf(event: ChatEvent, maxEventBytes: number): readonly ChatEvent[] {
  if (event.type === 'tool-input-delta') {
    const { inputTextDelta: text, ...rest } = event
    if (!isTooLarge(event, text, maxEventBytes)) return [event]
    return cut(text, roomIn({ ...rest, inputTextDelta: '' }, maxEventBytes)).map((piece) => ({
      ...rest,
      inputTextDelta: piece,
    }))
  }
  if (!('delta' in event) || !isTooLarge(event, event.delta, maxEventBytes)) return [event]
  const { type, id, providerMetadata } = event
  const empty = { ...event, delta: '' }
  return cut(event.delta, roomIn(empty, maxEventBytes)).map((delta, index) =>
    // Told once: what a provider wants back may be large itself.
    index === 0 || providerMetadata === undefined ? { ...empty, delta } : { type, id, delta },
  )
}

function isTooLarge(event: ChatEvent, text: string, maxEventBytes: number): boolean {
  // Most need not be measured. What stands around a text has no more than a kilobyte, but for what a provider wants back.
  const isSmall = text.length * mostBytesOfUnit + 1024 <= maxEventBytes
  const isPlain = !('providerMetadata' in event) || event.providerMetadata === undefined
  if (isSmall && isPlain) return false
  return bytesOf(event) > maxEventBytes
}

/** How many units of text an event has room for, whatever they are; a pair at least. */
function roomIn(empty: ChatEvent, maxEventBytes: number): number {
  return Math.max(pair, Math.floor((maxEventBytes - bytesOf(empty)) / mostBytesOfUnit))
}

function bytesOf(event: ChatEvent): number {
  return new TextEncoder().encode(toJson(event)).byteLength
}

function cut(text: string, room: number): string[] {
  const pieces: string[] = []
  for (let start = 0; start < text.length;) {
    const end =
      text.length - start <= room ? text.length : start + borderIn(text.slice(start, start + room + pair), room)
    pieces.push(text.slice(start, end))
    start = end
  }
  return pieces
}

/**
 * The last place, at most `room`, between two graphemes of a text that begins with one; between two characters where there
 * is none. It is looked for in what fits alone: linear over all pieces, whatever the text is.
 */
function borderIn(window: string, room: number): number {
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  const border = graphemes.segment(window).containing(room)?.index ?? room
  if (border > 0) return border
  const isPair = (window.codePointAt(room - 1) ?? 0) > 0xffff
  return isPair && room > 1 ? room - 1 : room
}
