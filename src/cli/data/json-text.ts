// JSON as it came, token by token: coloured, on one line, or indented. Values are never parsed and written anew, so that
// long numbers, the order of keys and escapes stay as the server sent them.
import type { Paint } from '../terminal/paint.ts'

// Also the beginning of a string, in a text of which only the first lines are shown. Linear: branches begin differently.
const tokenPattern = /"(?:[^"\\]|\\.)*"?|[{}[\],:]|\s+|[^\s{}[\],:"]+/gs

/** Whether the text is a JSON object with fields, or a list of objects: what `stream()` parses, too. */
export function isJsonObject(text: string): boolean {
  return /^\s*(\{\s*["}]|\[\s*\{)/.test(text) && isJson(text)
}

/** Whether the text is JSON. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    // Most data that is no JSON is text, and meant to be.
    return false
  }
}

/** JSON on one line, without white space between tokens. */
export function compactJson(json: string): string {
  return tokensOf(json).join('')
}

/** JSON with its values on lines of their own, indented by two spaces a level; empty objects and lists stay together. */
export function indentJson(json: string): string {
  const tokens = tokensOf(json)
  let depth = 0
  const lineBreak = (): string => `\n${'  '.repeat(depth)}`
  return tokens
    .map((token, index) => {
      const isEmpty = /^[}\]]$/.test(tokens[index + 1] ?? '')
      if (token === '{' || token === '[') {
        depth += 1
        return isEmpty ? token : token + lineBreak()
      }
      if (token === '}' || token === ']') {
        depth -= 1
        return /^[{[]$/.test(tokens[index - 1] ?? '') ? token : lineBreak() + token
      }
      if (token === ',') return token + lineBreak()
      return token === ':' ? ': ' : token
    })
    .join('')
}

/** The lines of a JSON text in colours: keys, strings, numbers and words apart. A line may end within a token. */
export function paintJson(lines: readonly string[], paint: Paint): readonly string[] {
  const painted: string[] = []
  const tokens = lines.join('').match(tokenPattern) ?? []
  let [index, rest] = [0, '']
  for (const line of lines) {
    let left = line.length
    let text = ''
    while (left > 0) {
      if (rest === '') rest = tokens[index++] ?? ''
      const piece = rest.slice(0, left)
      text += colourOf(tokens[index - 1] ?? '', tokens[index], paint)(piece)
      rest = rest.slice(piece.length)
      left -= piece.length
    }
    painted.push(text)
  }
  return painted
}

function colourOf(token: string, next: string | undefined, paint: Paint): (text: string) => string {
  if (token.startsWith('"')) return next === ':' ? paint.blue : paint.green
  if (/^[{}[\],:]$/.test(token)) return paint.dim
  if (/^[-\d]/.test(token)) return paint.yellow
  return /^\s/.test(token) ? String : paint.magenta
}

function tokensOf(json: string): readonly string[] {
  return (json.match(tokenPattern) ?? []).filter((token) => !/^\s/.test(token))
}
