// Work that is done at most once an animation frame, however often it is asked for.

/** A piece of work, as {@link createBatch} has it done. */
export interface Batch {
  /** Has the work done at the next animation frame, or 16 ms from now where there is none. */
  schedule(): void
  /** Does the work now, if it is due. */
  flush(): void
  /** Forgets work that is due. */
  cancel(): void
}

/** A page that is not shown has no animation frames; its work is done after this time, in milliseconds. */
const hiddenMs = 250

/** Makes a {@link Batch} of `work`. */
export function createBatch(work: () => void): Batch {
  let undo: (() => void) | undefined
  const run = (): void => {
    undo?.()
    undo = undefined
    work()
  }
  return {
    schedule() {
      undo ??= atNextFrame(run)
    },
    flush() {
      if (undo !== undefined) run()
    },
    cancel() {
      undo?.()
      undo = undefined
    },
  }
}

/** Returns a function that undoes it. */
function atNextFrame(run: () => void): () => void {
  const { requestAnimationFrame, cancelAnimationFrame }: Partial<typeof globalThis> = globalThis
  if (requestAnimationFrame === undefined) {
    const timer = setTimeout(run, 16)
    return () => clearTimeout(timer)
  }
  const frame = requestAnimationFrame(run)
  const timer = setTimeout(run, hiddenMs)
  return () => {
    cancelAnimationFrame?.(frame)
    clearTimeout(timer)
  }
}
