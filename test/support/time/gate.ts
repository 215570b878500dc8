// A promise that the test settles: what a handler waits for, so that a test asserts causes and not times.

export interface Gate<Value = void> {
  readonly opened: Promise<Value>
  readonly open: (value: Value) => void
}

export function createGate<Value = void>(): Gate<Value> {
  let settle: ((value: Value) => void) | undefined
  const opened = new Promise<Value>((resolve) => {
    settle = resolve
  })
  return { opened, open: (value) => settle?.(value) }
}
