// What proxies say about a client, in `X-Forwarded-For`, `X-Forwarded-Proto` and `Forwarded` (RFC 7239), and who is believed.
import { describeValue, TidingsError } from '../base/index.ts'
import type { Incoming } from './incoming.ts'
import { isWithin, parseAddress, parseNetwork, toCanonicalAddress, zoneOf, type Network } from './ip-address.ts'

/** The proxies that are believed: how many stand in front of the server, or their addresses and networks. */
export type TrustProxy = number | readonly string[]

/** A client, as the proxies that are believed describe it. */
export interface Client {
  readonly address: string | undefined
  /** The scheme that the client has used; `undefined` where it is that of the connection. */
  readonly scheme: 'http' | 'https' | undefined
}

/** Finds the client of a request. */
export type FindClient = (incoming: Incoming) => Client

/**
 * Checks the option.
 *
 * @throws TidingsError `ERR_OPTION` for anything but a whole number or a list of addresses and networks
 */
export function checkTrust(_name: string, option: unknown): void {
  if (option === undefined || option === false) return
  if (typeof option === 'number') trustHops(option)
  else trustNetworks(option)
}

/**
 * Makes the function that finds clients; `undefined` if no proxy is believed.
 *
 * @throws TidingsError `ERR_OPTION` for anything but a whole number or a list of addresses and networks
 */
export function createProxyTrust(option: TrustProxy | false | undefined): FindClient | undefined {
  if (option === undefined || option === false || option === 0) return undefined
  const trusts = typeof option === 'number' ? trustHops(option) : trustNetworks(option)
  return (incoming) => findClient(incoming, trusts)
}

/** Whether the one at `address` is believed, who stands `hops` proxies in front of the server's own connection. */
type Trusts = (address: string | undefined, hops: number) => boolean

function trustHops(count: number): Trusts {
  if (!Number.isInteger(count) || count < 0) throw invalid(count)
  return (_address, hops) => hops < count
}

function trustNetworks(names: unknown): Trusts {
  if (!Array.isArray(names)) throw invalid(names)
  const networks = names.map((name: unknown): Network => {
    const network = typeof name === 'string' ? parseNetwork(name) : undefined
    if (network === undefined) throw invalid(name)
    return network
  })
  return (text) => {
    const address = text === undefined ? undefined : parseAddress(text)
    if (text === undefined || address === undefined) return false
    return networks.some((network) => isWithin(address, network, zoneOf(text)))
  }
}

function invalid(value: unknown): TidingsError {
  const expected = 'the number of proxies, a list of addresses and networks such as 10.0.0.0/8, or false'
  return new TidingsError('ERR_OPTION', `trustProxy must be ${expected}, not ${describeValue(value)}.`)
}

/** What one proxy has written down about the one who connected to it. */
interface Hop {
  readonly address: string | undefined
  readonly scheme?: string | undefined
}

function findClient({ arrival, headers }: Incoming, trusts: Trusts): Client {
  const address = arrival?.remoteAddress
  const own: Client = { address, scheme: undefined }
  if (!trusts(address, 0)) return own
  const found = [parseForwarded(headers['forwarded']), parseList(headers)]
    .filter((hops) => hops.length > 0)
    .map((hops) => follow(own, hops, trusts))
  const [first = own, second = first] = found
  // A proxy that sets one of the two headers may pass the client's own on in the other: where they differ, one is forged.
  return first.address === second.address && first.scheme === second.scheme ? first : own
}

/** Goes from proxy to proxy, the nearest first, as long as the one who wrote a hop is believed. */
function follow(own: Client, hops: readonly Hop[], trusts: Trusts): Client {
  let client = own
  for (const [index, { address, scheme }] of hops.entries()) {
    if (!trusts(client.address, index)) break
    client = { address: client.address, scheme: toScheme(scheme) ?? client.scheme }
    if (address === undefined) break
    client = { ...client, address }
  }
  return client
}

function parseList(headers: Incoming['headers']): Hop[] {
  const addresses = listOf(headers['x-forwarded-for'])
  const schemes = listOf(headers['x-forwarded-proto'])
  return Array.from({ length: Math.max(addresses.length, Math.min(schemes.length, 1)) }, (_, index) => ({
    address: toAddress(addresses[index]),
    scheme: schemes[index],
  }))
}

function parseForwarded(header: string | undefined): Hop[] {
  return listOf(header).map((element) => {
    const pairs = element.split(';').map((pair) => pair.split('='))
    const valueOf = (wanted: string): string | undefined =>
      pairs
        .find(([name = '']) => name.trim().toLowerCase() === wanted)?.[1]
        ?.trim()
        .replaceAll('"', '')
    return { address: toAddress(valueOf('for')), scheme: valueOf('proto') }
  })
}

/** The elements of a list, the last, which the nearest proxy has written, first. */
function listOf(header: string | undefined): string[] {
  return header === undefined
    ? []
    : header
        .split(',')
        .map((element) => element.trim())
        .toReversed()
}

const withPort = /^(?:\[(.*)\](?::\d+)?|([\d.]+):\d+)$/

/** The address of a node without its port; `undefined` for names such as `unknown` (RFC 7239 6.2). */
function toAddress(node: string | undefined): string | undefined {
  if (node === undefined) return undefined
  const [, six, four] = withPort.exec(node) ?? []
  const address = six ?? four ?? node
  return parseAddress(address) === undefined ? undefined : toCanonicalAddress(address)
}

function toScheme(scheme: string | undefined): Client['scheme'] {
  const name = scheme?.toLowerCase()
  return name === 'http' || name === 'https' ? name : undefined
}
