// Random choices that come out the same again for the same seed.

/** A source of choices. */
export interface SeededRandom {
  /** A whole number from 0, below `below`. */
  number(below: number): number
  /** One of the list's, which must not be empty. */
  pick<Item>(list: readonly [Item, ...Item[]]): Item
  /** Whether something happens that happens `percent` times in a hundred. */
  chance(percent: number): boolean
}

/** Chooses by mulberry32: good enough to mix test cases. */
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
