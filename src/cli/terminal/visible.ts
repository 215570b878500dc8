// Text from elsewhere, made fit for a terminal: nothing in it moves the cursor, and its width is known.

/**
 * A text in which control characters are written as escapes, such as `\u001b`: a server must not be able to clear the
 * screen, or to pass its text off as ours. Line breaks stay if `keepBreaks` says so.
 */
export function escapeControls(text: string, keepBreaks = false): string {
  // Controls, what turns the direction of text, and other breaks of lines.
  return text.replace(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu, (character) => {
    if (keepBreaks && character === '\n') return character
    return character === '\t' ? '  ' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

/** A line of JSON in which control characters are written as escapes of JSON, so that it means the same. */
export function toVisibleJson(json: string): string {
  return `${escapeControls(json)}\n`
}

/** The width of a text without control characters, in columns. */
export function widthOf(text: string): number {
  // Nearly all text, and cheap to tell.
  if (/^[ -~]*$/.test(text)) return text.length
  let width = 0
  for (const character of text) width += characterWidth(character)
  return width
}

/** The lines of a text, each `columns` wide at most: breaks that it has, and as many more as it needs. */
export function wrapText(text: string, columns: number): readonly string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, columns))
}

function wrapLine(text: string, columns: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  let width = 0
  for (const character of text) {
    const more = characterWidth(character)
    if (width + more > columns) {
      lines.push(line)
      line = ''
      width = 0
    }
    line += character
    width += more
  }
  return [...lines, line]
}

function characterWidth(character: string): number {
  if (/^[\p{Mn}\p{Me}\p{Cf}]$/u.test(character)) return 0
  return wide.test(character) ? 2 : 1
}

/** Two columns: the scripts of East Asia, full-width forms, and pictures. */
const wide =
  /^[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\p{Emoji_Presentation}]$/u
