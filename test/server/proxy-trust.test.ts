// Which proxies are believed about the client, and what a client can forge.
import { assert, asyncProperty, integer, nat, property, stringMatching } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defineRoute, networkOf, Server, type ServerOptions } from '../../src/server/index.ts'
import { isWithin, parseAddress, parseNetwork } from '../../src/server/ip-address.ts'

const seen = defineRoute({
  method: 'GET',
  path: '/seen',
  handler: ({ remoteAddress, request }) => `${remoteAddress} ${new URL(request.url).protocol}`,
})

/** What a handler sees of a request over http from `remoteAddress`. */
async function see(
  trustProxy: ServerOptions['trustProxy'],
  remoteAddress: string | undefined,
  headers: Record<string, string>,
): Promise<string> {
  const server = new Server([seen], { trustProxy })
  const response = await server.dispatch(new Request('http://h/seen', { headers }), { remoteAddress })
  return response.text()
}

const claims = {
  'x-forwarded-for': '6.6.6.6',
  'x-forwarded-proto': 'https',
  forwarded: 'for=6.6.6.6;proto=https',
}

test('by default nobody is believed', async () => {
  for (const trustProxy of [undefined, false, 0, []] as const)
    expect(await see(trustProxy, '10.0.0.1', claims)).toBe('10.0.0.1 http:')
})

test('where there is no address there is none, and no header makes one', async () => {
  expect(await see(undefined, undefined, claims)).toBe('undefined http:')
  expect(await see(['10.0.0.0/8'], undefined, claims)).toBe('undefined http:')
})

test('a number of proxies on a Unix socket is believed', async () => {
  expect(await see(1, undefined, { 'x-forwarded-for': '6.6.6.6' })).toBe('6.6.6.6 http:')
})

describe('a number of proxies', () => {
  test.each<[number, Record<string, string>, string]>([
    [1, { 'x-forwarded-for': '1.1.1.1' }, '1.1.1.1 http:'],
    [1, { 'x-forwarded-for': '6.6.6.6, 1.1.1.1' }, '1.1.1.1 http:'],
    [2, { 'x-forwarded-for': '6.6.6.6, 1.1.1.1, 10.0.0.2' }, '1.1.1.1 http:'],
    [2, { 'x-forwarded-for': '1.1.1.1' }, '1.1.1.1 http:'],
    [1, { 'x-forwarded-for': '1.1.1.1:4711' }, '1.1.1.1 http:'],
    [1, { 'x-forwarded-for': '::ffff:1.1.1.1' }, '1.1.1.1 http:'],
    [1, { 'x-forwarded-for': '2001:db8::1' }, '2001:db8::1 http:'],
    [1, { 'x-forwarded-for': '[2001:db8::1]:4711' }, '2001:db8::1 http:'],
    [1, { 'x-forwarded-proto': 'https' }, '10.0.0.1 https:'],
    [1, { 'x-forwarded-proto': 'HTTPS', 'x-forwarded-for': '1.1.1.1' }, '1.1.1.1 https:'],
    [1, { 'x-forwarded-proto': 'https, http', 'x-forwarded-for': '6.6.6.6, 1.1.1.1' }, '1.1.1.1 http:'],
    [1, { 'x-forwarded-proto': 'javascript' }, '10.0.0.1 http:'],
    [1, { forwarded: 'for=6.6.6.6, for="[2001:db8::1]:4711";proto=https;by=10.0.0.1' }, '2001:db8::1 https:'],
    [1, { forwarded: 'For=1.1.1.1; Proto=https' }, '1.1.1.1 https:'],
    [2, { forwarded: 'for=6.6.6.6;proto=http, for=1.1.1.1;proto=https, for=10.0.0.2' }, '1.1.1.1 https:'],
  ])('%i believes %o as %s', async (count, headers, expected) => {
    expect(await see(count, '10.0.0.1', headers)).toBe(expected)
  })
})

describe('a list of proxies', () => {
  const proxies = ['10.0.0.0/8', '2001:db8::/32']

  test.each<[string, string, string]>([
    ['10.0.0.1', '1.1.1.1', '1.1.1.1 http:'],
    ['::ffff:10.0.0.1', '1.1.1.1', '1.1.1.1 http:'],
    ['2001:db8::7', '1.1.1.1', '1.1.1.1 http:'],
    ['10.0.0.1', '6.6.6.6, 1.1.1.1, 10.0.0.9', '1.1.1.1 http:'],
    ['10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3 http:'],
    ['11.0.0.1', '1.1.1.1', '11.0.0.1 http:'],
    ['2001:db9::7', '1.1.1.1', '2001:db9::7 http:'],
  ])('from %s with %s sees %s', async (remoteAddress, forwardedFor, expected) => {
    expect(await see(proxies, remoteAddress, { 'x-forwarded-for': forwardedFor })).toBe(expected)
  })

  test.each<[readonly string[], string, boolean]>([
    [['2001:db8::1'], '2001:DB8:0:0:0:0:0:1', true],
    [['2001:DB8:0000::0001'], '2001:db8::1', true],
    [['10.0.0.1'], '::ffff:10.0.0.1', true],
    [['10.0.0.1'], '::FFFF:a00:1', true],
    [['10.0.0.1'], '0:0:0:0:0:ffff:0a00:0001', true],
    [['::ffff:a00:1'], '10.0.0.1', true],
    [['::ffff:10.0.0.0/104'], '10.9.9.9', true],
    [['::ffff:10.0.0.0/104'], '11.0.0.1', false],
    [['fe80::1'], 'fe80::1%eth0', true],
    [['fe80::1%eth0'], 'FE80::0:1%eth0', true],
    // Another interface has another host of that name.
    [['fe80::1%eth0'], 'fe80::1%eth1', false],
    [['fe80::1%eth0'], 'fe80::1', false],
    [['::1'], '0:0:0:0:0:0:0:1', true],
    [['::1'], '::10', false],
  ])('%o believes %s: %o', async (trustProxy, remoteAddress, isBelieved) => {
    const seen = await see(trustProxy, remoteAddress, { 'x-forwarded-for': '1.1.1.1' })
    expect(seen === '1.1.1.1 http:').toBe(isBelieved)
  })

  test('a client that connects past the proxies is not believed about its scheme either', async () => {
    expect(await see(proxies, '9.9.9.9', claims)).toBe('9.9.9.9 http:')
  })
})

describe('forged headers', () => {
  test('a header that the proxy does not set, and passes on, is not believed against the one that it sets', async () => {
    const set = { 'x-forwarded-for': '1.1.1.1' }
    expect(await see(1, '10.0.0.1', { ...set, forwarded: 'for=6.6.6.6' })).toBe('10.0.0.1 http:')
    expect(await see(1, '10.0.0.1', { 'x-forwarded-for': '6.6.6.6', forwarded: 'for=1.1.1.1' })).toBe('10.0.0.1 http:')
    expect(await see(1, '10.0.0.1', { ...set, forwarded: 'for=1.1.1.1' })).toBe('1.1.1.1 http:')
  })

  test('two headers that write one address in two ways do not differ', async () => {
    const headers = { 'x-forwarded-for': '2001:DB8:0:0::1', forwarded: 'for="[2001:db8::0:1]:4711"' }
    expect(await see(1, '10.0.0.1', headers)).toBe('2001:db8::1 http:')
    const four = { 'x-forwarded-for': '::ffff:0101:0101', forwarded: 'for=1.1.1.1' }
    expect(await see(1, '10.0.0.1', four)).toBe('1.1.1.1 http:')
  })

  test.each([
    'unknown',
    '_hidden',
    '1.1.1',
    '1.1.1.1.1',
    '01.1.1.1',
    '256.1.1.1',
    '<b>',
    '1.1.1.1/8',
    'for',
    '1:2',
    '',
  ])('the name %j is no address: the last one that is known stands', async (name) => {
    expect(await see(2, '10.0.0.1', { 'x-forwarded-for': `6.6.6.6, ${name}` })).toBe('10.0.0.1 http:')
    expect(await see(2, '10.0.0.1', { forwarded: `for=6.6.6.6, for="${name}"` })).toBe('10.0.0.1 http:')
  })

  test('whatever a client puts in front of what the proxy has written changes nothing', async () => {
    await assert(
      asyncProperty(stringMatching(/^[\x20-\x7e]{0,40}$/), async (forged) => {
        expect(await see(1, '10.0.0.1', { 'x-forwarded-for': `${forged}, 1.1.1.1` })).toBe('1.1.1.1 http:')
        expect(await see(1, '10.0.0.1', { forwarded: `${forged}, for=1.1.1.1` })).toBe('1.1.1.1 http:')
      }),
    )
  })
})

test.each([
  -1,
  1.5,
  Number.NaN,
  Infinity,
  true,
  '10.0.0.1',
  ['10.0.0.1/33'],
  ['::/129'],
  ['loopback'],
  [1],
  ['10.0.0.0/8/8'],
  // All of IPv4.
  ['::ffff:10.0.0.0/8'],
  ['fe80::1%<b>'],
  {},
])('trustProxy: %j is refused', (trustProxy) => {
  const options = { trustProxy } as ServerOptions
  expect(() => new Server([], options)).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
})

const text = (ip: number): string => [24, 16, 8, 0].map((shift) => (ip >>> shift) & 255).join('.')

describe('addresses', () => {
  test('of IPv6 are the same in every way of writing them', () => {
    for (const name of ['2001:db8::1', '2001:DB8:0:0:0:0:0:1', '2001:0db8::0001%eth0'])
      expect(parseAddress(name)).toEqual([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1])
    expect(parseAddress('::')).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
    expect(parseAddress('1.2.3.4')).toEqual([0, 0, 0, 0, 0, 0xffff, 0x102, 0x304])
  })

  test('are in a network exactly if their first bits are its own', () => {
    assert(
      property(nat(0xffffffff), nat(0xffffffff), integer({ min: 0, max: 32 }), (one, other, bits) => {
        const network = parseNetwork(`${text(one)}/${bits}`)
        const mixed = bits === 0 ? other : ((one & (-1 << (32 - bits))) | (bits === 32 ? 0 : other >>> bits)) >>> 0
        if (network === undefined) throw new Error('There is no network.')
        const expectWithin = (ip: number): boolean => bits === 0 || one >>> (32 - bits) === ip >>> (32 - bits)
        expect(isWithin(parseAddress(text(mixed)) ?? [], network)).toBe(true)
        expect(isWithin(parseAddress(text(other)) ?? [], network)).toBe(expectWithin(other))
      }),
    )
  })

  test.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::FFFF:0a00:0001', '10.0.0.1'],
    ['0:0:0:0:0:ffff:10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1%eth0', '10.0.0.1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    // RFC 5952 4.2.3: of two runs of one length the first.
    ['2001:0db8:0000:0000:0001::0001', '2001:db8::1:0:0:1'],
    // RFC 5952 4.2.2: one group of zeros is no run.
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['2001:db8::1%eth0', '2001:db8::1'],
    ['FE80::1%eth0', 'fe80::1%eth0'],
    ['unix', 'unix'],
    ['a:b:c', 'a:b:c'],
  ])('%s reaches a handler as %s', async (address, expected) => {
    expect(await see(undefined, address, {})).toBe(`${expected} http:`)
  })
})

describe('networkOf', () => {
  test.each<[string | undefined, string | undefined]>([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['2001:db8:1:2:aaaa:bbbb:cccc:dddd', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::1', '2001:db8:1:2::/64'],
    ['::1', '::/64'],
    // All hosts of a link have the same 64 bits.
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['unknown', 'unknown'],
    [undefined, undefined],
  ])('of %s is %s', (address, expected) => {
    expect(networkOf(address)).toBe(expected)
  })

  test('takes as many bits as it is asked for, and refuses what is no number of bits', () => {
    expect(networkOf('2001:db8:1:22ff::1', { ipv6Bits: 56 })).toBe('2001:db8:1:2200::/56')
    expect(networkOf('2001:db8:1:22ff::1', { ipv6Bits: 128 })).toBe('2001:db8:1:22ff::1/128')
    for (const ipv6Bits of [0, 129, 1.5, Number.NaN])
      expect(() => networkOf('::1', { ipv6Bits })).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
  })

  test('is one key for every address that a client of IPv6 has', async () => {
    const endless = defineRoute({ method: 'GET', path: '/x', sse: true, handler: () => new ReadableStream<string>() })
    const maxStreamsPerKey = {
      max: 1,
      key: ({ remoteAddress }: { remoteAddress?: string | undefined }) => networkOf(remoteAddress),
    }
    const server = new Server([endless], { maxStreamsPerKey, sse: { openAfterMs: 0 } })
    const ask = async (remoteAddress: string): Promise<number> =>
      (await server.dispatch(new Request('http://h/x'), { remoteAddress })).status
    expect([await ask('2001:db8:1:2::1'), await ask('2001:db8:1:2::2'), await ask('2001:db8:1:3::1')]).toEqual([
      200, 429, 200,
    ])
    await server.close({ drainMs: 0 })
  })
})
