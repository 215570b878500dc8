// From the pattern of a route and its parameters to the path of a request.
import { describeValue, TidingsError } from '../../base/index.ts'

/** What a path or a query can hold. */
export type UrlValue = string | number | boolean | bigint | Date | undefined

/**
 * The path that `pattern` matches with `params`, percent-encoded; what may be missing is left out.
 *
 * @throws TidingsError `ERR_OPTION` for a parameter that is missing, empty, or that no path can hold.
 */
export function toPath(pattern: string, params: Readonly<Record<string, unknown>>): string {
  const { text, missing } = fill(pattern, { pattern, params, unnamed: 0 })
  if (missing !== undefined) throw new TidingsError('ERR_OPTION', `${pattern} needs the parameter ${missing}.`)
  // A URL parser takes such segments for steps in the path, and the request would go to another route.
  if (/(?:^|\/)\.\.?(?:\/|$)/.test(text)) {
    throw new TidingsError('ERR_OPTION', `A segment of ${pattern} cannot be . or .., as in ${describeValue(text)}.`)
  }
  return text.startsWith('/') ? text : `/${text}`
}

/** The text of one value; nothing for one that a URL cannot hold. */
export function toText(value: unknown): string | undefined {
  if (value instanceof Date) return value.toISOString()
  return ['string', 'number', 'boolean', 'bigint'].includes(typeof value) ? String(value) : undefined
}

interface Filling {
  readonly pattern: string
  readonly params: Readonly<Record<string, unknown>>
  /** How many captures without a name have been met: they are numbered. */
  unnamed: number
}

interface Filled {
  readonly text: string
  readonly missing: string | undefined
  readonly given: number
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
  let given = 0
  const text = part.replace(token, (...match) => {
    const groups: Groups = match.at(-1)
    if (groups.escaped !== undefined) return groups.escaped
    const piece = groups.group === undefined ? fillOne(groups, filling) : fillGroup(groups, filling)
    missing ??= piece.missing
    given += piece.given
    return piece.text
  })
  return { text, missing, given }
}

/** What {@link token} found. */
type Groups = {
  readonly [
    Name in 'escaped' | 'group' | 'optional' | 'slash' | 'rest' | 'name' | 'rule' | 'modifier' | 'star' | 'bare' | 'end'
  ]?: string | undefined
}

const nothing: Filled = { text: '', missing: undefined, given: 0 }

function fillGroup({ group = '', optional }: Groups, filling: Filling): Filled {
  const filled = fill(group, filling)
  return optional === '?' && filled.given === 0 ? nothing : filled
}

function fillOne(groups: Groups, filling: Filling): Filled {
  const { slash = '', rule = groups.bare, modifier, star } = groups
  const name = groups.rest ?? groups.name ?? String(filling.unnamed++)
  const value = Object.hasOwn(filling.params, name) ? filling.params[name] : undefined
  const isSeveral =
    groups.rest !== undefined || star !== undefined || rule === '(.*)' || modifier === '+' || modifier === '*'
  if (value !== undefined)
    return { text: slash + encodeValue(name, value, isSeveral, filling), missing: undefined, given: 1 }
  const isSegment = slash !== '' && groups.end !== undefined
  const isLast = slash !== '' && groups.end === '' && (star === '*' || rule === '(.*)')
  const mayBeMissing = modifier === '?' || modifier === '*' || star === '**' || isLast
  if (mayBeMissing) return { ...nothing, text: isSegment ? '' : slash }
  return { ...nothing, missing: name }
}

function encodeValue(name: string, value: unknown, isSeveral: boolean, { pattern }: Filling): string {
  const text = toText(value)
  if (text === undefined || text === '') {
    throw new TidingsError('ERR_OPTION', `The parameter ${name} of ${pattern} cannot be ${describeValue(value)}.`)
  }
  try {
    return isSeveral ? text.split('/').map(encodeURIComponent).join('/') : encodeURIComponent(text)
  } catch (cause) {
    const message = `The parameter ${name} of ${pattern} has half of a surrogate pair: ${describeValue(value)}.`
    throw new TidingsError('ERR_OPTION', message, { cause })
  }
}
