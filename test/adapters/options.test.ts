// Options of `serve`, `close` and `toNodeHandler` that cannot work, refused alike on every runtime.
import { expect, it, onTestFinished } from 'vitest'
import * as bun from '../../src/adapters/bun/index.ts'
import type { Serve } from '../../src/adapters/contract/index.ts'
import * as deno from '../../src/adapters/deno/index.ts'
import { serve, toNodeHandler } from '../../src/adapters/node/index.ts'
import * as workers from '../../src/adapters/workers/index.ts'
import { Server } from '../../src/server/index.ts'

const fetch = (): Response => new Response('x')
const adapters: Readonly<Record<string, Serve>> = {
  node: serve,
  bun: bun.serve,
  deno: deno.serve,
  workers: workers.serve,
}

const refused: readonly [object, string][] = [
  [{ prot: 1 }, '`serve` has no option "prot". Did you mean port?'],
  [{ host: '::1' }, '`serve` has no option "host". Did you mean hostname?'],
  [{ cert: 'PEM' }, '`serve` has no option "cert". Did you mean tls.cert?'],
  [{ tls: { key: 'PEM', certificate: 'PEM' } }, '`tls` has no option "certificate". Did you mean cert?'],
  [{ tls: true }, 'tls must be an object, not true.'],
  [{ fetch: undefined }, 'fetch must be a function, not undefined.'],
  [{ hostname: 127 }, 'hostname must be a string, not 127.'],
  [{ compression: 'br' }, 'compression must be a boolean, not "br".'],
  [
    { keepAliveTimeoutMs: 2 ** 31 },
    'keepAliveTimeoutMs must be a whole number from 1 to 2147483647, or false, not 2147483648.',
  ],
]

it.each(
  Object.entries(adapters).flatMap(([name, one]) => refused.map(([o, message]) => [name, message, o, one] as const)),
)('on %s says: %s', (_name, message, options, one) => {
  expect(() => one({ fetch, ...options })).toThrow(expect.objectContaining({ code: 'ERR_OPTION', message }))
})

it.each<[object, string]>([
  [{ drain: 1 }, '`close` has no option "drain". Did you mean drainMs?'],
  [{ drainMs: -1 }, 'drainMs must be a whole number from 0 to 2147483647, not -1.'],
  [{ drainMs: Infinity }, 'drainMs must be a whole number from 0 to 2147483647, not Infinity.'],
])('%j closes nothing, and the next call does', async (options, message) => {
  const handle = serve({ fetch, port: 0, hostname: '127.0.0.1' })
  onTestFinished(() => handle.close({ drainMs: 0 }))
  await handle.ready
  for (const one of [handle, workers.serve({ fetch }), new Server([])]) {
    await expect(one.close(options)).rejects.toMatchObject({ code: 'ERR_OPTION', message })
  }
  expect((await globalThis.fetch(handle.url)).status).toBe(200)
  const { url } = handle
  await handle.close({ drainMs: 0 })
  await expect(globalThis.fetch(url)).rejects.toThrow('fetch failed')
})

it.each<[object, string]>([
  [{ fallthrough: true }, '`toNodeHandler` has no option "fallthrough". Did you mean fallThrough?'],
  [{ fallThrough: 1 }, 'fallThrough must be a boolean, not 1.'],
  [{ state: {} }, 'state must be a function, not [object Object].'],
  [{ compression: 1 }, 'compression must be a boolean, not 1.'],
])('toNodeHandler refuses %j', (options, message) => {
  expect(() => toNodeHandler(new Server([]), options)).toThrow(expect.objectContaining({ code: 'ERR_OPTION', message }))
})

it('toNodeHandler refuses what is no server', () => {
  expect(() => toNodeHandler(Object(fetch))).toThrow(
    expect.objectContaining({ code: 'ERR_OPTION', message: 'fetch must be a function, not undefined.' }),
  )
})
