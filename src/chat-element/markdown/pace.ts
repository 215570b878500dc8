// How much of a text is shown in a frame, so that what arrives in bursts is read as a flow.

/** A backlog is shown within about so many frames (a fifth of a second). */
const frames = 12

/** The longest text that is looked at to find where a character ends. */
const longestLook = 1024

/** Says where the text that a frame shows ends: between two characters as a reader sees them. */
export type Pace = (text: string, shown: number) => number

/** Segmenters that are there already, by locale: the first takes a browser about 25 ms, and its first use 10. */
const segmenters = new Map<string | undefined, Intl.Segmenter>()

/** Has the browser load what cuts a text into characters, before an answer comes. */
export function preparePace(): void {
  createPace(undefined)('a'.repeat(32), 0)
}

/**
 * Creates a pace. Characters are those of `Intl.Segmenter`, so that neither a family of emoji nor a syllable appears in pieces;
 * code points where there is none.
 */
export function createPace(locale: string | undefined): Pace {
  const segmenter = segmenterFor(locale)
  return (text, shown) => {
    const wanted = shown + Math.max(1, Math.ceil((text.length - shown) / frames))
    if (wanted >= text.length) return text.length
    // Finding a character takes as long as the text before it is: what is far away is looked at from nearby.
    const start = Math.max(shown, codePointEnd(text, wanted - longestLook))
    const window = text.slice(start, wanted + 64)
    const length =
      segmenter === undefined ? codePointEnd(window, wanted - start) : graphemeEnd(segmenter, window, wanted - start)
    return start + length
  }
}

function segmenterFor(locale: string | undefined): Intl.Segmenter | undefined {
  if (typeof Intl.Segmenter !== 'function') return undefined
  const segmenter = segmenters.get(locale) ?? new Intl.Segmenter(locale, { granularity: 'grapheme' })
  segmenters.set(locale, segmenter)
  return segmenter
}

function graphemeEnd(segmenter: Intl.Segmenter, text: string, wanted: number): number {
  const segment = segmenter.segment(text).containing(wanted - 1)
  return segment === undefined ? wanted : segment.index + segment.segment.length
}

function codePointEnd(text: string, wanted: number): number {
  return /[\uDC00-\uDFFF]/.test(text[wanted] ?? '') ? wanted + 1 : wanted
}
