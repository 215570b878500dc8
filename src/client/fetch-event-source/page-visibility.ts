// Whether the page can be seen, where there is a page.

/** Calls `onChange` whenever the page is hidden or shown; the function that it returns ends that. Elsewhere, never. */
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
