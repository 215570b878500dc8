// The visibility of the page, on runtimes that have one.

/** Calls `onChange` when the page is hidden or shown, until the returned function is called. No-op without a page. */
export function watchVisibility(onChange: (isHidden: boolean) => void): () => void {
  const page: unknown = Reflect.get(globalThis, 'document')
  if (!isPage(page)) return () => {}
  const listener = (): void => onChange(page.hidden)
  page.addEventListener('visibilitychange', listener)
  return () => page.removeEventListener('visibilitychange', listener)
}

interface Page {
  readonly hidden: boolean
  addEventListener(type: string, listener: () => void): void
  removeEventListener(type: string, listener: () => void): void
}

function isPage(value: unknown): value is Page {
  return typeof value === 'object' && value !== null && 'hidden' in value && 'addEventListener' in value
}
