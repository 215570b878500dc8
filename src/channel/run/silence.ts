// How long a record of another node has not changed, as this process sees it: clocks of two machines are never compared.

/** What this process has seen of a record since its last change. A look that failed ends it, and `undefined` takes its place. */
export interface Silence {
  /** What the record said. */
  readonly mark: string
  /** When it was first seen to say so, and when it was last seen to. */
  readonly since: number
  readonly lookedAt: number
}

/**
 * The silence after one more look at the record, which shows `mark`. It begins anew with every change, and also when this
 * look comes late: nobody knows what has passed in between, and whoever was to write the record may have been held up by
 * the same cause.
 */
export function observe(before: Silence | undefined, mark: string, now: number, goodForMs: number): Silence {
  const goesOn = before?.mark === mark && now - before.lookedAt <= (goodForMs * 2) / 3
  return { mark, since: goesOn ? before.since : now, lookedAt: now }
}

/** Whether the record has not changed for longer than it is good for. */
export function isExpired({ since, lookedAt }: Silence, goodForMs: number): boolean {
  return lookedAt - since > goodForMs
}
