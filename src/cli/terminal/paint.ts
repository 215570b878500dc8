// Colours, where the reader can see them.

type Colour = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan'

/** One function for each colour: it returns its text in that colour, or as it is where there are no colours. */
export type Paint = Readonly<Record<Colour, (text: string) => string>>

/** What decides whether an output has colours. */
export interface PaintTarget {
  readonly isTTY?: boolean | undefined
}

/** The colours of an output, or none: see {@link hasColours}. */
export function createPaint(target: PaintTarget, environment: Readonly<Record<string, string | undefined>>): Paint {
  const isOn = hasColours(target, environment)
  const code =
    (open: number, close: number) =>
    (text: string): string =>
      isOn && text !== '' ? `\u001B[${open}m${text}\u001B[${close}m` : text
  return {
    bold: code(1, 22),
    dim: code(2, 22),
    red: code(31, 39),
    green: code(32, 39),
    yellow: code(33, 39),
    blue: code(34, 39),
    magenta: code(35, 39),
    cyan: code(36, 39),
  }
}

/**
 * Whether an output has colours: a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`. `FORCE_COLOR` decides for any
 * output: `0` means none, and anything else means colours.
 */
export function hasColours(target: PaintTarget, environment: Readonly<Record<string, string | undefined>>): boolean {
  const { FORCE_COLOR: force, NO_COLOR: none, TERM: term } = environment
  if (force !== undefined) return force !== '0' && force !== 'false'
  return target.isTTY === true && (none ?? '') === '' && term !== 'dumb'
}
