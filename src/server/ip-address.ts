// Addresses of IPv4 and IPv6, and networks of them, as proxies and options write them.

import { checkWholeNumber } from '../base/index.ts'

/** A range of addresses: those whose first `bits` bits are those of `address`. */
export interface Network {
  readonly address: readonly number[]
  readonly bits: number
  /** The interface of this machine that a link-local network is named with; `undefined`: any. */
  readonly zone?: string | undefined
}

const dotted = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/

/** The eight 16-bit groups of an address (of IPv4: mapped into IPv6, RFC 4291 2.5.5.2); `undefined` for other text. */
export function parseAddress(text: string): readonly number[] | undefined {
  if (dotted.test(text)) return parseAddress(`::ffff:${text}`)
  const written = write(text)
  if (written === undefined) return undefined
  const [head = '', tail] = written.split('::')
  const [first, last] = [groupsOf(head), groupsOf(tail ?? '')]
  return [...first, ...Array.from({ length: 8 - first.length - last.length }, () => 0), ...last]
}

/** A zone (RFC 4007 11) names an interface of the machine that has written the address. */
const zoned = /^([^%]*)(?:%([\w.~-]+))?$/

/**
 * IPv6 in the one way of RFC 5952, as `URL` writes it: groups in lower-case hexadecimal, the longest run of zeros as `::`.
 * `undefined` for other text.
 */
function write(text: string): string | undefined {
  const bare = zoned.exec(text)?.[1] ?? ''
  if (!/^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(bare) || !URL.canParse(`http://[${bare}]`)) return undefined
  return new URL(`http://[${bare}]`).hostname.slice(1, -1)
}

function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
}

/** A network, `10.0.0.0/8`, or a single address; `undefined` for other text. */
export function parseNetwork(text: string): Network | undefined {
  const [name = '', length, ...more] = text.split('/')
  const address = parseAddress(name)
  if (address === undefined || more.length > 0) return undefined
  const zone = zoneOf(name)
  const offset = name.includes(':') ? 0 : 96
  if (length === undefined) return { address, bits: 128, zone }
  const bits = offset + Number(length)
  // `::ffff:10.0.0.0/8` would be all of IPv4.
  const least = isMapped(address) ? 96 : 0
  return /^\d{1,3}$/.test(length) && bits >= least && bits <= 128 ? { address, bits, zone } : undefined
}

/** Whether an address is one of the network's. `zone` is the address's, where it has one. */
export function isWithin(address: readonly number[], network: Network, zone?: string): boolean {
  if (network.zone !== undefined && network.zone !== zone) return false
  return address.every((group, index) => {
    const bits = Math.min(Math.max(network.bits - index * 16, 0), 16)
    return group >> (16 - bits) === (network.address[index] ?? 0) >> (16 - bits)
  })
}

/** The zone of a link-local address. Others are the same in every zone (RFC 4007 6), and have none. */
export function zoneOf(text: string): string | undefined {
  return linkLocal.test(text) ? zoned.exec(text)?.[2] : undefined
}

const linkLocal = /^fe[89ab][0-9a-f]:/i

/** RFC 4291 2.5.5.2: an address of IPv4, as a socket that takes both kinds has it. */
function isMapped(groups: readonly number[]): boolean {
  return groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0)
}

const mapped = /^::ffff:([\d.]+)$/i

/**
 * An address in the one way that RFC 5952 has for it, so that texts of equal addresses are equal: IPv4 (`10.0.0.1`, also
 * for `::ffff:10.0.0.1`), or IPv6 in lower case, with `::`. What is no address is returned as it is.
 */
export function toCanonicalAddress(text: string): string {
  const four = mapped.exec(text)?.[1] ?? text
  if (dotted.test(four)) return four
  const groups = text.includes(':') ? parseAddress(text) : undefined
  if (groups === undefined) return text
  if (isMapped(groups))
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 255])
      .join('.')
  const zone = zoneOf(text)
  return `${write(text) ?? text}${zone === undefined ? '' : `%${zone}`}`
}

/** How much of an address is one client: an option of {@link networkOf}. */
export interface NetworkOptions {
  /** The bits of an IPv6 address that one client has, from 1 to 128. Default 64. */
  readonly ipv6Bits?: number | undefined
}

/**
 * What one client has of the internet, as a key for limits: an address of IPv4, and the network (`2001:db8:1:2::/64`) of one
 * of IPv6. A home or a server is given 2^64 addresses of IPv6 at least, and may use another for each connection. An address
 * that is link-local stays whole, and so does what is no address.
 *
 * @throws TidingsError `ERR_OPTION` unless `ipv6Bits` is a whole number from 1 to 128
 *
 * @example
 * import { networkOf } from 'tidings'
 *
 * console.log(networkOf('2001:db8:1:2:aaaa::7')) // 2001:db8:1:2::/64
 */
export function networkOf(address: string | undefined, { ipv6Bits = 64 }: NetworkOptions = {}): string | undefined {
  checkWholeNumber('ipv6Bits', ipv6Bits, { least: 1, most: 128 })
  if (address === undefined) return undefined
  const canonical = toCanonicalAddress(address)
  const groups = canonical.includes(':') && !linkLocal.test(canonical) ? parseAddress(canonical) : undefined
  if (groups === undefined) return canonical
  const kept = groups.map((group, index) => group & ~(0xffff >> Math.min(Math.max(ipv6Bits - index * 16, 0), 16)))
  return `${toCanonicalAddress(kept.map((group) => group.toString(16)).join(':'))}/${ipv6Bits}`
}
