// Which proxies are believed about the client, and what a client can forge.
import { assert, asyncProperty, integer, nat, property, stringMatching } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defineRoute, Server, type ServerOptions } from '../../src/server/index.ts'
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
})
