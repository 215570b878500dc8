// Makes the path of a request from a route's pattern and its parameters.
import { describeValue, TidingsError } from '../../base/index.ts'

/** A value that a path parameter or a query parameter can have. */
export type UrlValue = string | number | boolean | bigint | Date | undefined

/**
 * Fills `pattern` with `params`, percent-encoded. Optional parameters that are not given are left out.
 *
 * @throws TidingsError `ERR_OPTION` for a parameter that is missing or empty, or whose value a path cannot contain.
 */
export function toPath(pattern: string, params: Readonly<Record<string, unknown>>): string {
  const { text, missing } = fill(pattern, { pattern, params, unnamed: 0 })
  if (missing !== undefined) throw new TidingsError('ERR_OPTION', `${pattern} needs the parameter ${missing}.`)
  // A url parser resolves such segments, and the request would be sent to another route.
  if (/(?:^|\/)\.\.?(?:\/|$)/.test(text)) {
    throw new TidingsError('ERR_OPTION', `A segment of ${pattern} cannot be . or .., as in ${describeValue(text)}.`)
  }
  return text.startsWith('/') ? text : `/${text}`
}

/** The text of one value; `undefined` for a value that a url cannot contain. */
export function toText(value: unknown): string | undefined {
  if (value instanceof Date) return value.toISOString()
  return ['string', 'number', 'boolean', 'bigint'].includes(typeof value) ? String(value) : undefined
}

interface Filling {
  readonly pattern: string
  readonly params: Readonly<Record<string, unknown>>
  /** The number of captures without a name so far, which is the name of the next one. */
  unnamed: number
}

interface Filled {
  readonly text: string
  readonly missing: string | undefined
  readonly filledCount: number
}

const constraint = String.raw`\((?:\\.|[^()\\]|\((?:\\.|[^()\\])*\))*\)`
/** The syntax of the server's router (rou3): `\x`, `{...}?`, `**:a`, `:a(re)?`, `*`, `(re)`. */
const token = new RegExp(
  [
    String.raw`\\(?<escaped>.)`,
    String.raw`\{(?<group>(?:\\.|${constraint}|[^{}\\])*)\}(?<optional>\??)`,
    String.raw`(?<slash>\/?)(?:\*\*:(?<rest>\w+)|:(?<name>[A-Za-z_]\w*)(?<rule>${constraint})?(?<modifier>[?+*]?)` +
      String.raw`|(?<star>\*\*?)|(?<bare>${constraint}))(?:(?=(?<end>\/|$))|)`,
  ].join('|'),
  'g',
)

function fill(part: string, filling: Filling): Filled {
  let missing: string | undefined
  let filledCount = 0
  const text = part.replace(token, (...match) => {
    const groups: Groups = match.at(-1)
    if (groups.escaped !== undefined) return groups.escaped
    const piece = groups.group === undefined ? fillParam(groups, filling) : fillGroup(groups, filling)
    missing ??= piece.missing
    filledCount += piece.filledCount
    return piece.text
  })
  return { text, missing, filledCount }
}

/** The named groups of a match of {@link token}. */
type Groups = {
  readonly [
    Name in 'escaped' | 'group' | 'optional' | 'slash' | 'rest' | 'name' | 'rule' | 'modifier' | 'star' | 'bare' | 'end'
  ]?: string | undefined
}

const empty: Filled = { text: '', missing: undefined, filledCount: 0 }

function fillGroup({ group = '', optional }: Groups, filling: Filling): Filled {
  const filled = fill(group, filling)
  return optional === '?' && filled.filledCount === 0 ? empty : filled
}

function fillParam(groups: Groups, filling: Filling): Filled {
  const { slash = '', rule = groups.bare, modifier, star } = groups
  const name = groups.rest ?? groups.name ?? String(filling.unnamed++)
  const value = Object.hasOwn(filling.params, name) ? filling.params[name] : undefined
  const mayHaveSlashes =
    groups.rest !== undefined || star !== undefined || rule === '(.*)' || modifier === '+' || modifier === '*'
  if (value !== undefined)
    return { text: slash + encodeValue(name, value, mayHaveSlashes, filling), missing: undefined, filledCount: 1 }
  const isSegment = slash !== '' && groups.end !== undefined
  const isLast = slash !== '' && groups.end === '' && (star === '*' || rule === '(.*)')
  const mayBeMissing = modifier === '?' || modifier === '*' || star === '**' || isLast
  if (mayBeMissing) return { ...empty, text: isSegment ? '' : slash }
  return { ...empty, missing: name }
}

function encodeValue(name: string, value: unknown, mayHaveSlashes: boolean, { pattern }: Filling): string {
  const text = toText(value)
  if (text === undefined || text === '') {
    throw new TidingsError('ERR_OPTION', `The parameter ${name} of ${pattern} cannot be ${describeValue(value)}.`)
  }
  try {
    return mayHaveSlashes ? text.split('/').map(encodeURIComponent).join('/') : encodeURIComponent(text)
  } catch (cause) {
    const message = `The parameter ${name} of ${pattern} has half of a surrogate pair: ${describeValue(value)}.`
    throw new TidingsError('ERR_OPTION', message, { cause })
  }
}
