// Which cassette answers a request, and how it is played: one for all, or one that a function chooses.
import { describeValue, TidingsError } from '../../base/index.ts'
import type { Cassette } from '../cassette/cassette.ts'
import { checkPlay, planOf, type Plan, type PlayOptions } from './plan.ts'

/** A request that a cassette is to answer. */
export interface AskedRequest {
  /** How many requests there were before it: 0 for the first. */
  readonly count: number
  /** `GET`, `POST`, ... */
  readonly method: string
  /** The absolute url. */
  readonly url: string
  /** The headers of the request. */
  readonly headers: Headers
  /** The `Last-Event-ID` of a reader that reconnects. */
  readonly lastEventId: string | undefined
}

/** A cassette with options of its own, which go before those of all. */
export interface Take extends PlayOptions {
  readonly cassette: Cassette
}

/** The cassette that answers each request, or a function that chooses: the first is cut, say, and the next goes on behind it. */
export type CassetteSource = Cassette | ((asked: AskedRequest) => Cassette | Take)

/** What answers one request. */
export interface Answer {
  readonly cassette: Cassette
  readonly plan: Plan
}

/**
 * Returns what answers each request. Cassette and options are checked at once; what a function returns, when it does.
 *
 * @throws TidingsError `ERR_CASSETTE` or `ERR_OPTION`, at once, or by the function that is returned
 */
export function createChooser(source: CassetteSource, options: PlayOptions): (request: Asking) => Answer {
  let count = 0
  if (typeof source !== 'function') {
    const answer = { cassette: source, plan: planOf(source, options) }
    return () => answer
  }
  return (request) => {
    const lastEventId = request.headers.get('last-event-id') ?? undefined
    const { method, url, headers } = request
    const chosen = source({ count, method, url, headers, lastEventId })
    count += 1
    const { cassette, ...own } = toTake(chosen)
    checkPlay('a cassette that a function chose', own)
    return { cassette, plan: planOf(cassette, { ...options, ...own }) }
  }
}

/** The part of a `Request` that decides. */
export type Asking = Pick<Request, 'method' | 'url' | 'headers'>

function toTake(chosen: Cassette | Take): Take {
  if (typeof chosen !== 'object' || chosen === null || 'then' in chosen) {
    const message = `The function that chooses a cassette must return one, not ${describeValue(chosen)}.`
    throw new TidingsError('ERR_OPTION', message)
  }
  return 'cassette' in chosen ? chosen : { cassette: chosen }
}
