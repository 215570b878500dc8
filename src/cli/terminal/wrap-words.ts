// Prose in lines.

/**
 * The lines of a text, broken between words so that none is longer than `columns`, unless a word is. What is broken or
 * indented already stays so.
 */
export function wrapWords(text: string, columns: number): readonly string[] {
  return text.split('\n').flatMap((paragraph) => wrapParagraph(paragraph, columns))
}

function wrapParagraph(text: string, columns: number): readonly string[] {
  const lines: string[] = []
  // Each word with the spaces in front of it.
  const [first = '', ...words] = text.split(/(?<=\S)(?= )/)
  let line = first
  for (const word of words) {
    if (line.length + word.length > columns) {
      lines.push(line)
      line = word.trimStart()
    } else line += word
  }
  return [...lines, line]
}
