// The labels of topics: a bounded number of them, however many topics there are.

/** The label of all topics beyond the bound. */
const other = 'other'

/**
 * Gives each topic its label. The first `max` labels stay for good, because a series that comes and goes is a new one each time;
 * all others are `other`.
 */
export class TopicLabels {
  readonly #known = new Set<string>()
  readonly #max: number
  readonly #labelOf: (topic: string) => string

  constructor(max: number, labelOf: (topic: string) => string) {
    this.#max = max
    this.#labelOf = labelOf
  }

  of(topic: string): string {
    const label = this.#given(topic)
    if (this.#known.has(label)) return label
    if (this.#known.size >= this.#max) return other
    this.#known.add(label)
    return label
  }

  #given(topic: string): string {
    try {
      const label: unknown = this.#labelOf(topic)
      return typeof label === 'string' ? label : other
    } catch {
      // Numbers must not be lost for a label: the option says that such a topic is counted as `other`.
      return other
    }
  }
}
