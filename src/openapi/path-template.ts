// Path patterns of routes as path templates of OpenAPI.

/** A parameter of a path. */
export interface PathParameter {
  readonly name: string
  /** The regular expression that its value fits. */
  readonly pattern: string | undefined
  /** Whether it takes several segments, with the slashes between them. */
  readonly isLong: boolean
}

/** A path of OpenAPI: `/tasks/{id}`. */
export interface PathTemplate {
  readonly path: string
  readonly parameters: readonly PathParameter[]
}

/**
 * The templates of a valid path pattern, as the router takes it. OpenAPI has no optional parts: `/tasks/:id?` has two
 * templates, of which the first has all parts. `*` and `**`, which may stand for nothing, have one.
 */
export function templatesOf(pattern: string): readonly PathTemplate[] {
  let unnamed = 0
  return expand(pattern, () => String(unnamed++)).map(({ path, parameters }) => ({ path: path || '/', parameters }))
}

const nothing: PathTemplate = { path: '', parameters: [] }

function expand(pattern: string, nextName: () => string): readonly PathTemplate[] {
  let templates: readonly PathTemplate[] = [nothing]
  for (let index = 0; index < pattern.length;) {
    const piece = pieceAt(pattern, index, nextName)
    templates = templates.flatMap((template) => append(template, piece))
    index = piece.end
  }
  return templates
}

/** A part of a pattern, in each of its forms. */
interface Piece {
  readonly forms: readonly PathTemplate[]
  /** Whether it may be missing: with the slash before it, unless it is a group that has its own. */
  readonly isOptional: boolean
  readonly isGroup: boolean
  /** Where the next one begins. */
  readonly end: number
}

function append({ path, parameters }: PathTemplate, { forms, isOptional, isGroup }: Piece): readonly PathTemplate[] {
  const filled = forms.map((form) => ({ path: path + form.path, parameters: [...parameters, ...form.parameters] }))
  if (!isOptional) return filled
  const isAlone = !isGroup && path.endsWith('/')
  return [...filled, { path: isAlone ? path.slice(0, -1) : path, parameters }]
}

function pieceAt(pattern: string, start: number, nextName: () => string): Piece {
  const first = pattern[start] ?? ''
  if (first === '\\') return literal(pattern[start + 1] ?? '', start + 2)
  if (first === '{') return groupAt(pattern, start, nextName)
  const [, rest, name] = startOfParameter(pattern, start) ?? []
  if (rest === undefined && name === undefined && first !== '*' && first !== '(') return literal(first, start + 1)
  const marker = first === '*' ? `*${pattern.startsWith('**', start) ? '*' : ''}` : ''
  const behindName = start + (rest ?? name ?? marker).length
  const hasPattern = pattern[behindName] === '(' && first !== '*'
  const close = hasPattern ? closingOf(pattern, behindName) : behindName - 1
  const modifier = first === '*' ? '' : modifierAt(pattern, close + 1)
  const parameter = {
    name: (rest ?? name)?.replace(/^[*:]+/, '') ?? nextName(),
    pattern: hasPattern ? pattern.slice(behindName + 1, close) : undefined,
    isLong: marker !== '' || modifier === '+' || modifier === '*',
  }
  const form = { path: `{${parameter.name}}`, parameters: [parameter] }
  return { forms: [form], isOptional: isOptional(modifier), isGroup: false, end: close + 1 + modifier.length }
}

/** `**:rest` or `:name`, if it stands there. */
function startOfParameter(pattern: string, start: number): RegExpExecArray | null {
  const parameter = /(\*\*:\w+)|(:[A-Za-z_]\w*)/y
  parameter.lastIndex = start
  return parameter.exec(pattern)
}

/** A character as it stands in a url; a brace would begin a parameter. */
function literal(character: string, end: number): Piece {
  const path = /[{}]/.test(character) ? encodeURIComponent(character) : character
  return { forms: [{ path, parameters: [] }], isOptional: false, isGroup: false, end }
}

function groupAt(pattern: string, start: number, nextName: () => string): Piece {
  const close = closingOf(pattern, start)
  const modifier = modifierAt(pattern, close + 1)
  const forms = expand(pattern.slice(start + 1, close), nextName)
  return { forms, isOptional: isOptional(modifier), isGroup: true, end: close + 1 + modifier.length }
}

function modifierAt(pattern: string, index: number): string {
  return /[?+*]/.exec(pattern[index] ?? '')?.[0] ?? ''
}

function isOptional(modifier: string): boolean {
  return modifier === '?' || modifier === '*'
}

/** Where the bracket that opens at `start` closes; the end of the pattern where it does not. */
function closingOf(pattern: string, start: number): number {
  let depth = 0
  for (let index = start; index < pattern.length; index++) {
    const character = pattern[index] ?? ''
    if (character === '\\') index += 1
    else if ('({'.includes(character)) depth += 1
    else if (')}'.includes(character)) depth -= 1
    if (depth === 0) return index
  }
  return pattern.length
}
