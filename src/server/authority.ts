// The host that a request names, in `Host`, `:authority` or an absolute target: is it valid?

/** RFC 3986 3.2.2, `host [ ":" port ]`: a name (underscores are legal), an IPv4 address, or one of IPv6 in brackets. */
const shape = /^(?:\[[0-9a-f:.]+\]|(?:[\w.~!$&'()*+,;=-]|%[0-9a-f]{2})+)(?::\d*)?$/i

let lastValid = ''

/**
 * Whether `text` names a host and nothing else. Userinfo, slashes, `?`, `#`, backslashes and spaces do not: in a url they
 * would move the path, and a guard that reads `request.url` would look at another path than the router.
 */
export function isAuthority(text: string): boolean {
  // Nearly all requests of a server name the same host.
  if (text === lastValid && text !== '') return true
  if (!shape.test(text) || !URL.canParse(`http://${text}`)) return false
  lastValid = text
  return true
}
