// The life of what belongs to a component.

/** What an effect does at its beginning, and at its end. */
export interface Life {
  readonly begin: () => void
  readonly end: () => void
}

/** Calls `close` once a component has gone for good: StrictMode takes one away and shows it again at once. */
export function createLife(close: () => void): Life {
  let timer: ReturnType<typeof setTimeout> | undefined
  return {
    begin: () => clearTimeout(timer),
    end: () => {
      timer = setTimeout(close)
    },
  }
}
