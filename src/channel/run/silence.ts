// How long a record of another node has not changed, as this process sees it: clocks of two machines are never compared.

/** What a read has shown of a record. */
export interface Sight {
  /** What the record said. */
  readonly mark: string
  /** When the read was asked for, and when it was answered, by `performance.now()`: it is about a moment in between. */
  readonly askedAt: number
  readonly answeredAt: number
}

/** What this process has seen of a record since its last change. A look that failed ends it, and `undefined` takes its place. */
export interface Silence {
  readonly mark: string
  /** Since when it has certainly said so, and until when. */
  readonly since: number
  readonly until: number
}

/**
 * The silence after one more look at the record. It begins anew with every change, and also when this look comes late:
 * nobody knows what has passed in between, and whoever was to write the record may have been held up by the same cause.
 */
export function observe(before: Silence | undefined, sight: Sight, goodForMs: number): Silence {
  const { mark, askedAt, answeredAt } = sight
  const goesOn = before?.mark === mark && askedAt - before.until <= (goodForMs * 2) / 3
  // Another look may have been asked for before the answer to the one before came.
  if (goesOn) return { mark, since: before.since, until: Math.max(before.until, askedAt) }
  return { mark, since: answeredAt, until: askedAt }
}

/** Whether the record has not changed for longer than it is good for. */
export function isExpired({ since, until }: Silence, goodForMs: number): boolean {
  return until - since > goodForMs
}
