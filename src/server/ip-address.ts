// Addresses of IPv4 and IPv6, and networks of them, as proxies and options write them.

/** A range of addresses: those whose first `bits` bits are those of `address`. */
export interface Network {
  readonly address: readonly number[]
  readonly bits: number
}

const dotted = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/

/** The eight 16-bit groups of an address (of IPv4: mapped into IPv6, RFC 4291 2.5.5.2); `undefined` for other text. */
export function parseAddress(text: string): readonly number[] | undefined {
  if (dotted.test(text)) return parseAddress(`::ffff:${text}`)
  // A zone (`fe80::1%eth0`) names an interface of this machine.
  const [bare = ''] = text.split('%')
  if (!/^[0-9a-f:.]*:[0-9a-f:.]*$/i.test(bare) || !URL.canParse(`http://[${bare}]`)) return undefined
  // `URL` writes every IPv6 address in one way: groups in hexadecimal, the longest run of zeros as `::`.
  const [head = '', tail] = new URL(`http://[${bare}]`).hostname.slice(1, -1).split('::')
  const [first, last] = [groupsOf(head), groupsOf(tail ?? '')]
  return [...first, ...Array.from({ length: 8 - first.length - last.length }, () => 0), ...last]
}

function groupsOf(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
}

/** A network, `10.0.0.0/8`, or a single address; `undefined` for other text. */
export function parseNetwork(text: string): Network | undefined {
  const [name = '', length, ...more] = text.split('/')
  const address = parseAddress(name)
  if (address === undefined || more.length > 0) return undefined
  const offset = name.includes(':') ? 0 : 96
  if (length === undefined) return { address, bits: 128 }
  const bits = offset + Number(length)
  return /^\d{1,3}$/.test(length) && bits <= 128 ? { address, bits } : undefined
}

/** Whether an address is one of the network's. */
export function isWithin(address: readonly number[], network: Network): boolean {
  return address.every((group, index) => {
    const bits = Math.min(Math.max(network.bits - index * 16, 0), 16)
    return group >> (16 - bits) === (network.address[index] ?? 0) >> (16 - bits)
  })
}

const mapped = /^::ffff:(?=\d+\.)/i

/** The address as IPv4 where it is one: a socket that takes both kinds says `::ffff:127.0.0.1`. */
export function unmap(address: string): string {
  return address.replace(mapped, '')
}
