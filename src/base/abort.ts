// Callbacks for the abort of a signal, behind one listener: at the eleventh Node warns of a leak.

interface Listening {
  readonly callbacks: Set<() => void>
  readonly listener: () => void
}

const listenings = new WeakMap<AbortSignal, Listening>()

/**
 * Calls `callback` when `signal` aborts, or at once if it has aborted already. Returns a function that removes the
 * callback; with the last one the listener goes too.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  if (signal.aborted) {
    callback()
    return () => {}
  }
  const { callbacks, listener } = listenings.get(signal) ?? listenTo(signal)
  // A function of its own, so that the same callback may be added twice.
  const own = (): void => callback()
  callbacks.add(own)
  return () => {
    if (!callbacks.delete(own) || callbacks.size > 0) return
    signal.removeEventListener('abort', listener)
    listenings.delete(signal)
  }
}

function listenTo(signal: AbortSignal): Listening {
  const callbacks = new Set<() => void>()
  const listener = (): void => {
    listenings.delete(signal)
    for (const callback of callbacks) callback()
  }
  const listening = { callbacks, listener }
  listenings.set(signal, listening)
  signal.addEventListener('abort', listener, { once: true })
  return listening
}
