// An EventSource that nobody answers: what it asks for can be looked at, and nothing else happens to it.
import { onTestFinished } from 'vitest'
import { EventSource, type EventSourceOptions } from '../../../src/client/index.ts'

/** A url that nothing is sent to. */
export const here = 'http://127.0.0.1:1/'

/** A source whose requests are kept, and never answered. */
export function openUnanswered(url: string | URL, options: EventSourceOptions = {}) {
  const requests: { init: RequestInit; headers: Headers }[] = []
  const source = new EventSource(url, {
    ...options,
    fetch: (_, init = {}) => {
      requests.push({ init, headers: new Headers(init.headers) })
      return new Promise(() => {})
    },
  })
  onTestFinished(() => source.close())
  return { source, requests }
}
