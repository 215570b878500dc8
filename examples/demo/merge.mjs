// Several streams as one.

/** Yields what comes of the streams as it comes. Ends with the first of them that does, and throws what any of them throws. */
export async function* merge(...streams) {
  const iterators = streams.map((stream) => stream[Symbol.asyncIterator]())
  const arrived = []
  let ring
  const ask = (iterator) => {
    const arrive = (arrival) => {
      arrived.push({ iterator, ...arrival })
      ring?.()
    }
    // One value of each stream at a time: a slow reader holds the streams back.
    iterator.next().then(
      (result) => arrive({ result }),
      (error) => arrive({ error }),
    )
  }
  try {
    for (const iterator of iterators) ask(iterator)
    for (;;) {
      if (arrived.length === 0) await new Promise((resolve) => (ring = resolve))
      const { iterator, result, error } = arrived.shift()
      if (result === undefined) throw error
      if (result.done) return
      yield result.value
      ask(iterator)
    }
  } finally {
    for (const iterator of iterators) iterator.return?.().catch(() => {})
  }
}
