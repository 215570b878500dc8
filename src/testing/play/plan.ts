// What is sent when: a cassette under the options with which it is played.
import {
  checkLimit,
  checkOptions,
  describeValue,
  TidingsError,
  wholeNumber,
  type OptionCheck,
  type OptionChecks,
} from '../../base/index.ts'
import { checkCassette, type Cassette } from '../cassette/cassette.ts'

/** How a cassette is played. */
export interface PlayOptions {
  /** How many times as fast as it was recorded: 2 halves all times. Default 1; `false`: everything at once. */
  readonly speed?: number | false | undefined
  /** Breaks the connection after so many bytes of the body, wherever that is: in a frame, in a character. Default: never. */
  readonly cutAfter?: number | undefined
  /** Sends nothing more after so many bytes, and leaves the connection open. Default: never. */
  readonly stall?: number | undefined
  /** Splits each chunk into pieces of so many bytes, which follow each other at once. Default: as it was recorded. */
  readonly splitBytes?: number | undefined
}

/** The checks of {@link PlayOptions}. */
export const playChecks: OptionChecks<PlayOptions> = {
  speed: checkLimit,
  cutAfter: wholeNumber({ least: 0 }),
  stall: wholeNumber({ least: 0 }),
  splitBytes: wholeNumber(),
}

/** A chunk to send: its pieces at one time. */
export interface Step {
  /** In milliseconds after the head. */
  readonly atMs: number
  readonly pieces: readonly Uint8Array<ArrayBuffer>[]
}

/** A cassette as it is played. */
export interface Plan {
  readonly steps: readonly Step[]
  readonly endMs: number
  readonly how: 'complete' | 'cut' | 'stall'
}

/**
 * The plan by which `cassette` is played. One that its recorder `left` ends as complete.
 *
 * @throws TidingsError `ERR_CASSETTE` for a cassette that cannot be true, `ERR_OPTION` for an option that cannot work, such
 *   as a cut that is behind the end
 */
export function planOf(cassette: Cassette, options: PlayOptions): Plan {
  checkCassette(cassette)
  const { speed = 1, cutAfter, stall, splitBytes } = options
  if (cutAfter !== undefined && stall !== undefined) {
    throw new TidingsError('ERR_OPTION', 'cutAfter and stall exclude each other: one that has stalled is not cut.')
  }
  const limit = checkPlace('cutAfter', cutAfter, cassette) ?? checkPlace('stall', stall, cassette) ?? Infinity
  const toMs = (at: number): number => (speed === false ? 0 : at / speed)
  const steps: Step[] = []
  let [sent, endMs] = [0, 0]
  for (const { at, bytes } of cassette.chunks) {
    if (sent >= limit) break
    const part = bytes.subarray(0, limit - sent)
    sent += part.length
    endMs = toMs(at)
    steps.push({ atMs: endMs, pieces: split(part, splitBytes) })
  }
  if (limit !== Infinity) return { steps, endMs, how: stall === undefined ? 'cut' : 'stall' }
  const { at, how } = cassette.end
  return { steps, endMs: toMs(at), how: how === 'cut' ? 'cut' : 'complete' }
}

/** Checks the options with which a cassette is played, and others beside them. */
export function checkPlay(owner: string, given: unknown, more: Readonly<Record<string, OptionCheck>> = {}): void {
  checkOptions(owner, given, { ...playChecks, ...more })
}

/** A place behind the end would never be reached: a test that means to cut the stream would see it whole. */
function checkPlace(name: string, place: number | undefined, { chunks }: Cassette): number | undefined {
  const length = chunks.reduce((sum, { bytes }) => sum + bytes.length, 0)
  if (place === undefined || place <= length) return place
  throw new TidingsError('ERR_OPTION', `${name} is ${describeValue(place)}, but the cassette has only ${length} bytes.`)
}

function split(bytes: Uint8Array<ArrayBuffer>, size = bytes.length): Uint8Array<ArrayBuffer>[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  )
}
