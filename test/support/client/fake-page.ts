// A page for runtimes that have none, which a test hides and shows.
import { vi } from 'vitest'

/** As much of a `document` as subscriptions look at. */
export class FakePage extends EventTarget {
  hidden = false

  turn(hidden: boolean): void {
    this.hidden = hidden
    this.dispatchEvent(new Event('visibilitychange'))
  }
}

/** Puts a page in the place of the global one, until the globals are put back. */
export function stubPage(): FakePage {
  const page = new FakePage()
  vi.stubGlobal('document', page)
  vi.stubGlobal('window', globalThis)
  return page
}
