// What an adapter knows about a request besides the request itself.
import type { Entrance } from './entrance.ts'

/** How a request has come to the server. */
export interface Arrival {
  /** The listening handle that it came through; none for a mount and for a plain `server.fetch(request)`. */
  readonly entrance?: Entrance | undefined
  /** What the runtime or the framework has for the request: `ctx.host`. */
  readonly host?: unknown
  /** The address of the connection's other end. */
  readonly remoteAddress?: string | undefined
  /** What the framework hands on to handlers; called at the first use of `ctx.state`. */
  readonly state?: (() => unknown) | undefined
}

const arrivals = new WeakMap<Request, Arrival>()

/**
 * Remembers how `request` has arrived, for an adapter that calls a function with it which may pass it on to a server:
 * `serve({ fetch: (request) => server.fetch(request) })`.
 */
export function noteArrival(request: Request, arrival: Arrival): void {
  arrivals.set(request, arrival)
}

/** How `request` has arrived; `undefined` if no adapter has noted it, or if the request is a copy. */
export function arrivalOf(request: Request): Arrival | undefined {
  return arrivals.get(request)
}

/** The arrival of a request with what a runtime has passed behind it, such as Bun's server or Deno's info. */
export function createArrival(request: Request, host: readonly unknown[], entrance?: Entrance): Arrival {
  return { entrance, host, remoteAddress: addressOf(request, host) }
}

function addressOf(request: Request, host: readonly unknown[]): string | undefined {
  for (const one of host) {
    if (typeof one !== 'object' || one === null) continue
    const address = knowsAddresses(one) ? one.requestIP(request)?.address : undefined
    if (address !== undefined) return address
    if (hasRemoteAddress(one)) return one.remoteAddr.hostname
  }
  return undefined
}

/** Bun's server. */
function knowsAddresses(host: object): host is { requestIP(request: Request): { readonly address: string } | null } {
  return 'requestIP' in host && typeof host.requestIP === 'function'
}

/** Deno's info; a Unix socket has no host name. */
function hasRemoteAddress(host: object): host is { readonly remoteAddr: { readonly hostname?: string } } {
  return 'remoteAddr' in host && typeof host.remoteAddr === 'object' && host.remoteAddr !== null
}
