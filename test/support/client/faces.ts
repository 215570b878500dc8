// The clients that read streams behind one face: what one must do, all must do.
import { EventSource, fetchEventSource, stream } from '../../../src/client/index.ts'

/** What the caller may give to all of them. */
export interface FaceOptions {
  readonly fetch?: typeof globalThis.fetch
  readonly headers?: Record<string, string>
}

/** One reading: what came, and why it is over, unless it ended well. */
export interface Reading {
  readonly data: string[]
  readonly over: Promise<unknown>
  readonly close: () => void
}

export type Face = (url: string, options?: FaceOptions) => Reading

export const faces: Readonly<Record<'stream()' | 'EventSource' | 'fetchEventSource', Face>> = {
  'stream()': (url, options) => {
    const data: string[] = []
    const events = stream(url, { ...options, as: 'text', retry: { minMs: 1, maxMs: 1, attempts: 3 } })
    const read = async (): Promise<unknown> => {
      try {
        for await (const event of events) data.push(String(event.data))
        return undefined
      } catch (error) {
        return error
      }
    }
    return { data, over: read(), close: () => events.close() }
  },
  EventSource: (url, options) => {
    const data: string[] = []
    const source = new EventSource(url, options)
    source.addEventListener('message', (event) => void data.push(event.data))
    const over = new Promise<unknown>((resolve) => {
      source.addEventListener('error', ({ error }) => {
        if (source.readyState === EventSource.CLOSED) resolve(error)
      })
    })
    return { data, over, close: () => source.close() }
  },
  fetchEventSource: (url, options) => {
    const data: string[] = []
    const controller = new AbortController()
    const read = async (): Promise<unknown> => {
      try {
        await fetchEventSource(url, {
          ...options,
          signal: controller.signal,
          onmessage: (event) => data.push(event.data),
        })
        return undefined
      } catch (error) {
        return error
      }
    }
    return { data, over: read(), close: () => controller.abort() }
  },
}
