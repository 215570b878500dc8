// Options of `serve`, `close` and `toNodeHandler` that cannot work, refused alike on every runtime.
import { expect, it, onTestFinished } from 'vitest'
import * as bun from '../../src/adapters/bun/index.ts'
import type { Serve } from '../../src/adapters/contract/index.ts'
import * as deno from '../../src/adapters/deno/index.ts'
import { serve, toNodeHandler } from '../../src/adapters/node/index.ts'
import * as workers from '../../src/adapters/workers/index.ts'
import { Server } from '../../src/server/index.ts'
import { cert, key } from '../support/server/certificate.ts'

const fetch = (): Response => new Response('x')
const adapters: Readonly<Record<string, Serve>> = {
  node: serve,
  bun: bun.serve,
  deno: deno.serve,
  workers: workers.serve,
}

const { fetch: fetchOfServer } = new Server([])
const pem = "the text of a PEM file, with its -----BEGIN line: readFileSync(path, 'utf8')"

/** What is passed to `serve`, and what it says to that. */
const refused: readonly [unknown, string][] = [
  [{ fetch, prot: 1 }, '`serve` has no option "prot". Did you mean port?'],
  [{ fetch, host: '::1' }, '`serve` has no option "host". Did you mean hostname?'],
  [{ fetch, cert: 'PEM' }, '`serve` has no option "cert". Did you mean tls.cert?'],
  [{ fetch, tls: { key, certificate: cert } }, '`tls` has no option "certificate". Did you mean cert?'],
  [{ fetch, tls: true }, 'The options of `tls` must be an object, not true.'],
  [{ fetch, tls: null }, 'The options of `tls` must be an object, not null.'],
  [{ fetch, tls: { cert } }, 'tls.key is missing.'],
  [{ fetch, tls: { key } }, 'tls.cert is missing.'],
  [{ fetch, tls: { key: Buffer.from(key), cert } }, `tls.key must be ${pem}, not [object Buffer].`],
  [{ fetch, tls: { key, cert: './cert.pem' } }, `tls.cert must be ${pem}, not a text without it.`],
  [{}, 'fetch must be a function, such as server.fetch, not undefined.'],
  [{ fetch: new Server([]) }, 'fetch must be a function, such as server.fetch, not [object Server].'],
  [{ fetch, port: '3000' }, 'port must be a whole number from 0 to 65535, not "3000".'],
  [{ fetch, hostname: 127 }, 'hostname must be a string, not 127.'],
  [{ fetch, path: 3000 }, 'path must be the path of a Unix socket, not 3000.'],
  [{ fetch, compression: 'br' }, 'compression must be a boolean, not "br".'],
  [
    { fetch, keepAliveTimeoutMs: 2 ** 31 },
    'keepAliveTimeoutMs must be a whole number from 1 to 2147483647, or false, not 2147483648.',
  ],
  [fetchOfServer, '`serve` takes options, not a function: serve({ fetch: server.fetch }).'],
  [3000, 'The options of `serve` must be an object, not 3000.'],
  [undefined, 'The options of `serve` must be an object, not undefined.'],
]

it.each(
  Object.entries(adapters).flatMap(([name, one]) => refused.map(([o, message]) => [name, message, o, one] as const)),
)('on %s says: %s', (_name, message, options, one) => {
  expect(() => Reflect.apply(one, undefined, [options])).toThrow(
    expect.objectContaining({ code: 'ERR_OPTION', message }),
  )
})

it.each(Object.entries(adapters))('on %s refuses a listener that is no function', (_name, one) => {
  const message = 'onListen must be a function, not 3000.'
  expect(() => Reflect.apply(one, undefined, [{ fetch }, 3000])).toThrow(
    expect.objectContaining({ code: 'ERR_OPTION', message }),
  )
})

it.each<[unknown, string]>([
  [1000, '`close` takes options, such as close({ drainMs: 10_000 }), not 1000.'],
  ['SIGTERM', '`close` takes options, such as close({ drainMs: 10_000 }), not "SIGTERM".'],
  [null, 'The options of `close` must be an object, not null.'],
  [{ drain: 1 }, '`close` has no option "drain". Did you mean drainMs?'],
  [{ drainMs: -1 }, 'drainMs must be a whole number from 0 to 2147483647, not -1.'],
  [{ drainMs: Infinity }, 'drainMs must be a whole number from 0 to 2147483647, not Infinity.'],
])('%j closes nothing, and the next call does', async (options, message) => {
  const handle = serve({ fetch, port: 0, hostname: '127.0.0.1' })
  onTestFinished(() => handle.close({ drainMs: 0 }))
  await handle.ready
  for (const one of [handle, workers.serve({ fetch }), new Server([])]) {
    await expect(Reflect.apply(one.close, one, [options])).rejects.toMatchObject({ code: 'ERR_OPTION', message })
  }
  expect((await globalThis.fetch(handle.url)).status).toBe(200)
  const { url } = handle
  await handle.close({ drainMs: 0 })
  await expect(globalThis.fetch(url)).rejects.toThrow('fetch failed')
})

it.each<[unknown, string]>([
  [{ fallthrough: true }, '`toNodeHandler` has no option "fallthrough". Did you mean fallThrough?'],
  [{ fallThrough: 1 }, 'fallThrough must be a boolean, not 1.'],
  [{ state: {} }, 'state must be a function, not [object Object].'],
  [{ compression: 1 }, 'compression must be a boolean, not 1.'],
  [true, 'The options of `toNodeHandler` must be an object, not true.'],
])('toNodeHandler refuses %j', (options, message) => {
  expect(() => Reflect.apply(toNodeHandler, undefined, [new Server([]), options])).toThrow(
    expect.objectContaining({ code: 'ERR_OPTION', message }),
  )
})

it.each([
  ['the fetch of a server', fetchOfServer, 'function (anonymous)'],
  ['nothing', undefined, 'undefined'],
  ['no function as fetch', { fetch: 1 }, '[object Object]'],
])('toNodeHandler says what it takes in place of %s', (_name, server, described) => {
  const hint = 'Pass the server itself, toNodeHandler(server), or an object with a function, toNodeHandler({ fetch }).'
  expect(() => Reflect.apply(toNodeHandler, undefined, [server])).toThrow(
    expect.objectContaining({
      code: 'ERR_OPTION',
      message: `\`toNodeHandler\` takes a server, not ${described}. ${hint}`,
    }),
  )
})
