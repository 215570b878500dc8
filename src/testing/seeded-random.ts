// A pseudorandom generator: the same seed gives the same choices.

/** A source of random choices. */
export interface SeededRandom {
  /** A whole number from 0 to `below - 1`. */
  number(below: number): number
  /** An item of the list, which must not be empty. */
  pick<Item>(list: readonly [Item, ...Item[]]): Item
  /** `true` with a probability of `percent` percent. */
  chance(percent: number): boolean
}

/** Creates a mulberry32 generator: good enough to vary test cases. */
export function createSeededRandom(seed: number): SeededRandom {
  let state = Math.trunc(seed)
  const number = (below: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
  return {
    number,
    pick: (list) => list[number(list.length)] ?? list[0],
    chance: (percent) => number(100) < percent,
  }
}
