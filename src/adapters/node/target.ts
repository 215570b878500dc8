// What a request line and its host say: which path is asked for, and of which host.
import type { IncomingHttpHeaders } from 'node:http'
import { isAuthority, malformedHost, malformedTarget } from '../../server/internal.ts'

/** The target of a request, as the router and `request.url` both have it. */
export interface RequestTarget {
  /** Path and query, as `new URL` has them. */
  readonly target: string
  /** `host [ ":" port ]`. */
  readonly authority: string
  /** Why there is none of either: the request is answered 400. */
  readonly malformed: string | undefined
}

/** The parts of a message that its target is in. */
export interface TargetOf {
  readonly url?: string | undefined
  readonly headers: IncomingHttpHeaders
  /** Names and values in turn, as they were sent; a message that others have made up may have none. */
  readonly rawHeaders?: readonly string[]
}

/** What `new URL` leaves as it is; dot segments are looked for apart. */
const plainTarget = /^\/(?!\/)[\w\-.~!$&()*+,;=:@/%?[\]|]*$/
const dotSegment = /\/(?:\.|%2e)/i
/** What `new URL` makes another path of: dot segments, backslashes, and control characters, which it takes out. */
const rewritten = /[\\\p{Cc}]|\/(?:\.|%2e){1,2}(?:\/|$)/iu
/** RFC 9112 3.2.2: scheme and authority before the path. */
const absoluteForm = /^https?:\/\/([^/?#\\]*)/i

/**
 * The target and the host of a message, checked. In a mount (`isMounted`) a path that would become another one is refused:
 * a guard of the framework in front, such as Express's at `/admin`, has compared it as it is.
 */
export function parseTarget({ url = '/', headers, rawHeaders }: TargetOf, isMounted: boolean): RequestTarget {
  // RFC 9112 3.2: Node keeps the first of two, and whoever stands in front may have believed the second.
  if (countHosts(rawHeaders) > 1) return malformed('The request names its host twice.')
  const [absolute, named] = absoluteForm.exec(url) ?? []
  // RFC 9112 3.2.2: the authority of an absolute target counts, and `Host` does not.
  const authority = absolute === undefined ? hostOf(headers) : named
  if (authority === undefined || !isAuthority(authority)) return malformed(malformedHost)
  if (absolute === undefined && plainTarget.test(url) && !dotSegment.test(url))
    return { target: url, authority, malformed: undefined }
  if (absolute === undefined && !url.startsWith('/')) return malformed(malformedTarget)
  if (isMounted && rewritten.test(pathOf(url, absolute))) return malformed('The path has dot segments or backslashes.')
  return normalize(absolute === undefined ? `http://${authority}${url}` : url, authority)
}

/** The path of a target, without what stands before it in absolute form. */
function pathOf(url: string, before = ''): string {
  return url.slice(before.length).split(/[?#]/, 1)[0] ?? ''
}

/** The host of the headers; nothing where two are named that differ (RFC 9113 8.3.1). */
function hostOf(headers: IncomingHttpHeaders): string | undefined {
  const { host, ':authority': authority } = headers
  // HTTP/1.0 need not name one; node itself refuses HTTP/1.1 without.
  if (authority === undefined) return host || 'localhost'
  const named = String(authority)
  return host === undefined || host.toLowerCase() === named.toLowerCase() ? named : undefined
}

/** How many `Host` lines there are; a mock may have no raw headers. */
function countHosts(rawHeaders: readonly string[] | undefined): number {
  if (rawHeaders === undefined) return 0
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1
  }
  return count
}

/** Dot segments are taken out, and what a url cannot hold is encoded: the router and `request.url` see one path. */
function normalize(href: string, authority: string): RequestTarget {
  if (!URL.canParse(href)) return malformed('The target of the request is not a url.')
  const { pathname, search } = new URL(href)
  return { target: pathname + search, authority, malformed: undefined }
}

function malformed(reason: string): RequestTarget {
  return { target: '/', authority: 'localhost', malformed: reason }
}
