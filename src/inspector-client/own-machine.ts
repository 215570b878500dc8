// Whether a page is being developed, for all that its address says.

/**
 * Whether a host is this machine or in a private network: `localhost`, names that end in `.localhost`, `.local` or `.test`,
 * addresses of RFC 1918 and loopback, and none at all (a file).
 */
export function isOwnMachine(host: string): boolean {
  if (host === '' || host === 'localhost' || host === '[::1]') return true
  if (/\.(localhost|local|test)$/.test(host)) return true
  return /^(127|10)(\.\d+){3}$/.test(host) || /^(192\.168|172\.(1[6-9]|2\d|3[01]))(\.\d+){2}$/.test(host)
}
