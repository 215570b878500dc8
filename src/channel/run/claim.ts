// The claim of an idempotency key: what its topic says, and what that means for one who asks with the key.
import { TidingsError } from '../../base/index.ts'
import type { StoredEvent } from '../../journal/index.ts'

/**
 * The state of a key. `free`: nobody has claimed it, or who did has released it. `claimed`: a node is about to start the
 * handler, for this run. `started`: the handler was started, or is from now on; nothing follows. `request` is the digest of
 * what was asked with the key; keys of earlier versions have none.
 */
export type Claim =
  | { readonly state: 'free' }
  | {
      readonly state: 'claimed'
      readonly run: string
      readonly node: string
      /** How long others respect it, in milliseconds from when they first see it. */
      readonly goodForMs: number
      readonly request: string | undefined
    }
  | { readonly state: 'started'; readonly run: string; readonly request: string | undefined }

/** Who asks with a key, and what for. */
export interface Asker {
  /** The run that is to be started for it. */
  readonly run: string
  readonly node: string
  readonly request: string | undefined
  /** Whether this process is still about to start the handler of a run. */
  readonly isStarting: (run: string) => boolean
}

/** What a claim means for an asker: the key can be taken, is its own, is held by another for now, or was used. */
export type Verdict = 'free' | 'own' | 'held' | 'started' | 'another-request'

/** Judges a claim. `isExpired`: it has not changed for as long as it is good for. */
export function judgeClaim(claim: Claim, { run, node, request, isStarting }: Asker, isExpired: boolean): Verdict {
  if (claim.state === 'free') return 'free'
  if (claim.state === 'claimed') {
    if (claim.run === run) return 'own'
    // Of a process that lives on, but has answered an error: it does not start the handler any more.
    if (isExpired || (claim.node === node && !isStarting(claim.run))) return 'free'
  }
  const isSame = claim.request === undefined || request === undefined || claim.request === request
  if (!isSame) return 'another-request'
  return claim.state === 'claimed' ? 'held' : 'started'
}

/** A claim as an event: its data, and its name. `started` is the run's id as a string, which older versions read as well. */
export function encodeClaim(claim: Claim): { readonly data: string; readonly event: string | undefined } {
  if (claim.state === 'started') return { data: JSON.stringify(claim.run), event: claim.request }
  return { data: JSON.stringify(claim), event: undefined }
}

/**
 * The claim that an event holds.
 *
 * @throws TidingsError `ERR_EVENT_INVALID` for what no node has written
 */
export function parseClaim({ data, event }: StoredEvent): Claim {
  const value: unknown = JSON.parse(data)
  if (typeof value === 'string') return { state: 'started', run: value, request: event }
  if (typeof value === 'object' && value !== null && 'state' in value) {
    if (value.state === 'free') return { state: 'free' }
    if (value.state === 'claimed' && isClaimed(value)) return { ...value, state: 'claimed', request: value.request }
  }
  throw new TidingsError('ERR_EVENT_INVALID', `The claim of an idempotency key is invalid: ${data.slice(0, 100)}`)
}

interface Claimed {
  readonly run: string
  readonly node: string
  readonly goodForMs: number
  readonly request?: string
}

function isClaimed(value: object): value is Claimed {
  if (!('run' in value && 'node' in value && 'goodForMs' in value)) return false
  return typeof value.run === 'string' && typeof value.node === 'string' && typeof value.goodForMs === 'number'
}
