import { describe, expect, it, vi } from 'vitest'
import { logErrors, logs, requestIds, type LogsOptions } from '../../src/observe/index.ts'
import { defineMiddleware, err, HttpError, Server, type Context, type ServerOptions } from '../../src/server/index.ts'
import { FetchReader } from '../support/server/fetch-reader.ts'
import { run, type Running } from '../support/server/running.ts'
import { logInto, type Line } from '../support/observe/logging.ts'
import { eventSource, untyped } from '../support/server/asking.ts'

async function* endless({ sleep }: Context): AsyncGenerator {
  yield 'first'
  await sleep(1e9)
}

async function* failing({ params }: Context): AsyncGenerator {
  yield 'first'
  throw params['what'] === 'http' ? new HttpError(409, 'Taken.') : new Error('broken')
}

const routes = [
  untyped({ method: 'GET', path: '/hello/:name', handler: () => 'hello' }),
  untyped({ method: 'GET', path: '/refused', handler: () => Promise.reject(err.forbidden('Not you.')) }),
  untyped({ method: 'GET', path: '/broken', handler: () => Promise.reject(new Error('broken')) }),
  untyped({ method: 'GET', path: '/live', sse: true, handler: endless }),
  untyped({ method: 'GET', path: '/fails/:what', sse: true, handler: failing }),
  untyped({
    method: 'GET',
    path: '/words',
    sse: true,
    handler: async function* () {
      yield* ['one', 'two']
    },
  }),
]

const ids = (): ReturnType<typeof requestIds> => requestIds({ makeId: () => 'r-1' })

async function serveWith(
  options?: LogsOptions,
  serverOptions: ServerOptions = {},
  level?: string,
): Promise<Running & { readonly lines: Line[]; readonly ask: (path: string, init?: RequestInit) => Promise<string> }> {
  const { log, lines } = logInto(level)
  const running = await run(routes, { onError: logErrors(log), ...serverOptions })
  running.server.use(ids()).use(logs(log, options))
  const ask = async (path: string, init?: RequestInit): Promise<string> =>
    (await fetch(running.url + path, init)).text()
  return { ...running, lines, ask }
}

const durationMs = expect.any(Number)
const fields = ({ state }: Context): object => ({ user: state['user'], level: 'mine', path: 'mine' })

describe('logs with pino', () => {
  it('has a line for each answer, with no query', async () => {
    const { ask, lines } = await serveWith()
    await ask('/hello/ada?token=secret')
    await ask('/nowhere?token=secret')
    const about = { requestId: 'r-1', method: 'GET', durationMs }
    expect(lines).toEqual([
      { level: 'info', msg: 'answered', ...about, path: '/hello/ada', route: '/hello/:name', status: 200 },
      { level: 'info', msg: 'answered', ...about, path: '/nowhere', status: 404, reason: expect.any(String) },
    ])
    expect(JSON.stringify(lines)).not.toContain('secret')
  })

  it('has a line for a stream that opens, for those who log so much, and one when it has ended', async () => {
    const { ask, lines } = await serveWith()
    await ask('/words', { headers: { 'last-event-id': '7' } })
    const about = { requestId: 'r-1', method: 'GET', path: '/words', route: '/words' }
    expect(lines).toEqual([
      { level: 'debug', msg: 'stream opened', ...about, lastEventId: '7' },
      { level: 'info', msg: 'stream ended', ...about, outcome: 'complete', events: 2, durationMs },
    ])
    const quiet = await serveWith({}, {}, 'info')
    await quiet.ask('/words')
    expect(quiet.lines.map(({ msg }) => msg)).toEqual(['stream ended'])
  })

  it('says that a reader has left', async () => {
    const { url, lines } = await serveWith()
    const reader = await FetchReader.open(`${url}/live`)
    await reader.until('first')
    reader.leave()
    await expect
      .poll(() => lines.at(-1))
      .toMatchObject({ level: 'info', msg: 'stream ended', outcome: 'left', events: 1 })
  })

  it('says what fails, once, with its stack', async () => {
    const { ask, lines } = await serveWith()
    await ask('/broken')
    await ask('/fails/error')
    const err = { type: 'Error', message: 'broken', stack: expect.stringContaining('logs.test.ts') }
    expect(lines).toEqual([
      expect.objectContaining({ level: 'error', msg: 'failed', requestId: 'r-1', route: '/broken', err }),
      expect.objectContaining({ level: 'error', msg: 'answered', status: 500 }),
      expect.objectContaining({ level: 'debug', msg: 'stream opened' }),
      expect.objectContaining({ level: 'error', msg: 'failed', requestId: 'r-1', path: '/fails/error', err }),
      expect.objectContaining({ level: 'error', msg: 'stream ended', outcome: 'failed', events: 1 }),
    ])
    expect(lines.filter((line) => 'err' in line)).toHaveLength(2)
  })

  it('says what was refused, and why, also to an EventSource that is sent a stream in place of a 503', async () => {
    const { ask, lines } = await serveWith({}, { maxStreams: 0 })
    await ask('/refused')
    await ask('/live')
    await ask('/live', { headers: eventSource })
    const refused = { level: 'warn', msg: 'answered', status: 503, reason: 'Too many open streams.' }
    expect(lines).toEqual([
      expect.objectContaining({ level: 'info', msg: 'answered', status: 403, reason: 'Not you.' }),
      expect.objectContaining(refused),
      expect.objectContaining(refused),
    ])
  })

  it('says why a stream was refused that was open already', async () => {
    const { ask, lines } = await serveWith()
    await ask('/fails/http')
    expect(lines.at(-1)).toMatchObject({ level: 'info', msg: 'stream ended', outcome: 'failed', reason: 'Taken.' })
  })

  it('says that the server shuts down, before its streams end', async () => {
    const { url, handle, lines } = await serveWith()
    const reader = await FetchReader.open(`${url}/live`)
    await reader.until('first')
    await handle.close()
    await reader.ended()
    expect(lines.slice(1)).toEqual([
      { level: 'info', msg: 'shutting down', openStreams: 1 },
      expect.objectContaining({ level: 'info', msg: 'stream ended', outcome: 'shutdown' }),
    ])
  })

  it('leaves answers out where it should, and adds fields of the application', async () => {
    const { log, lines } = logInto()
    const { server, url } = await run(routes)
    const auth = defineMiddleware<{ user: string }>((_, next) => next({ user: 'ada' }))
    server.use(logs(log, { answers: false, fields })).use(auth)
    await (await fetch(`${url}/hello/ada`)).text()
    await (await fetch(`${url}/words`)).text()
    expect(lines).toEqual([
      { level: 'debug', msg: 'stream opened', method: 'GET', path: '/words', route: '/words', user: 'ada' },
      expect.objectContaining({ level: 'info', msg: 'stream ended', path: '/words', user: 'ada' }),
    ])
  })
})

describe('a log that fails', () => {
  it.each([
    ['throws', (): void => fail()],
    ['rejects', async (): Promise<void> => fail()],
  ])('because it %s costs no answer, no stream and no shutdown, and is told to onError', async (_, log) => {
    const errors: unknown[] = []
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { server, handle, url } = await run(routes, { onError: (error) => void errors.push(String(error)) })
    server.use(logs(log))
    expect(await (await fetch(`${url}/hello/ada`)).text()).toBe('hello')
    expect(await (await fetch(`${url}/words`)).text()).toContain('data: two')
    expect(errors).toEqual(['Error: full', 'Error: full', 'Error: full'])
    await handle.close()
    expect(String(printed.mock.lastCall)).toBe('Error: full')
    printed.mockRestore()
  })

  it('costs its own fields alone where those fail', async () => {
    const errors: unknown[] = []
    const { log, lines } = logInto()
    const { server, url } = await run(routes, { onError: (error) => void errors.push(String(error)) })
    server.use(logs(log, { fields: () => fail() }))
    await (await fetch(`${url}/hello/ada`)).text()
    expect(lines).toMatchObject([{ msg: 'answered', status: 200 }])
    expect(errors).toEqual(['Error: full'])
  })

  it.each<[string, () => object, string]>([
    ['has a getter that throws', () => Object.defineProperty({}, 'user', { get: fail, enumerable: true }), 'full'],
    ['is a promise', async () => ({ user: 'ada' }), 'must return an object, at once, not [object Promise]'],
    ['is a promise that rejects', async () => fail(), 'full'],
  ])('costs its own fields alone where what they return %s', async (_, fields, message) => {
    const errors: unknown[] = []
    const { log, lines } = logInto()
    const { server, url } = await run(routes, { onError: (error) => void errors.push(String(error)) })
    server.use(logs(log, { fields }))
    expect((await fetch(`${url}/hello/ada`)).status).toBe(200)
    await expect.poll(() => errors.join()).toContain(message)
    expect(lines).toMatchObject([{ msg: 'answered', status: 200 }])
  })

  it('costs no shutdown where what it throws cannot even be printed', async () => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {})
    printed.mockImplementationOnce(() => fail())
    await new Server([]).use(logs(() => fail())).close()
    expect(printed).toHaveBeenLastCalledWith('What was thrown cannot be printed.')
    printed.mockRestore()
  })
})

it('what a log returns is sent to nobody', async () => {
  const { url } = await run(routes, { onError: logErrors(({ err }) => String(err)) })
  expect(await (await fetch(`${url}/broken`)).json()).toEqual({ code: 500, message: 'Internal Server Error' })
})

function fail(): never {
  throw new Error('full')
}

it('what cannot work is refused', async () => {
  expect(() => logs({} as never)).toThrow(/logs\(\): log must be a function/)
  expect(() => logErrors(undefined as never)).toThrow(/logErrors\(\): log/)
  expect(() => logs(() => {}, { requests: false } as object)).toThrow(/no option "requests"/)
  const inRoute = untyped({ method: 'GET', path: '/x', middleware: [logs(() => {})], handler: () => 'x' })
  const errors: unknown[] = []
  const server = new Server([inRoute], { onError: (error) => void errors.push(error) })
  expect((await server.fetch('/x')).status).toBe(500)
  expect(errors).toMatchObject([{ code: 'ERR_ROUTE' }])
})
