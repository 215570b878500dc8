// A reader of a stream as text, which leaves when it is told to.
import { onTestFinished } from 'vitest'

export interface StreamReader {
  readonly response: Response
  /** What has come so far. */
  readonly text: string
  /** Resolves once what came holds `part`; rejects when the stream ends without it. */
  until(part: string): Promise<string>
  /** Resolves with everything, once the stream has ended. */
  ended(): Promise<string>
  leave(): void
}

/** Opens `url` and reads it until the test is over. */
export async function readStream(url: string, init: RequestInit = {}): Promise<StreamReader> {
  const controller = new AbortController()
  onTestFinished(() => controller.abort())
  const response = await fetch(url, { ...init, signal: controller.signal })
  const body = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const readMore = async (): Promise<boolean> => {
    const { done = true, value = '' } = (await body?.read()) ?? {}
    text += value
    return !done
  }
  return {
    response,
    get text() {
      return text
    },
    until: async (part) => {
      while (!text.includes(part)) if (!(await readMore())) throw new Error(`It ended without ${part}: ${text}`)
      return text
    },
    ended: async () => {
      while (await readMore()) continue
      return text
    },
    leave: () => controller.abort(),
  }
}

/** A request with a JSON body. */
export function jsonRequest(body: unknown, method = 'POST'): RequestInit {
  return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

/** The values of all `data` lines that are JSON. */
export function dataOf(text: string): unknown[] {
  return [...text.matchAll(/^data: (.*)$/gm)].map(([, line = '']): unknown => JSON.parse(line))
}
