// fetchEventSource and the package whose face it has, as functions of one type, and what their callbacks may do.
import * as microsoft from '@microsoft/fetch-event-source'
import * as tidings from '../../../src/client/index.ts'
import type { FetchEventSourceInit } from '../../../src/client/index.ts'

/** What both take, and hand in. */
export type Init = Omit<FetchEventSourceInit, 'headers' | 'onopen'> & {
  headers?: Record<string, string>
  onopen?: (response: Response) => Promise<void>
}
export type Subscribe = (input: string, init: Init) => Promise<void>

export const implementations: Readonly<Record<'tidings' | 'microsoft', Subscribe>> = {
  tidings: tidings.fetchEventSource,
  // Its types are older than exactOptionalPropertyTypes.
  microsoft: (input, init) => microsoft.fetchEventSource(input, init as microsoft.FetchEventSourceInit),
}

export class Enough extends Error {}

/** Throws: ends the subscription. */
export function enough(): never {
  throw new Enough('Enough')
}

/** Comes back at once, so often, then gives up. */
export function again(times: number): () => number {
  let count = 0
  return () => (count++ < times ? 1 : enough())
}
