// What our EventSource adds to the standard: why it failed, and coming back after answers that pass.
import { describe, expect, it, vi } from 'vitest'
import { EventSource, type EventSourceErrorEvent, type EventSourceOptions } from '../../../src/client/index.ts'
import { EventLog } from '../../support/client/event-log.ts'
import { broken, endless, events, openScriptedServer, status } from '../../support/client/scripted-server.ts'

const soon = { minMs: 1, maxMs: 1 }

async function answerTooMany(): Promise<Response> {
  return new Response('', { status: 429, headers: { 'retry-after': '7' } })
}

/** The errors of a source, until it is closed. */
async function failures(url: string, options?: EventSourceOptions): Promise<EventSourceErrorEvent[]> {
  const source = new EventSource(url, options)
  const errors: EventSourceErrorEvent[] = []
  await new Promise<void>((resolve) => {
    source.addEventListener('error', (event) => {
      errors.push(event)
      if (source.readyState === EventSource.CLOSED) resolve()
    })
  })
  return errors
}

describe('the event error', () => {
  it('says which answer was refused', async () => {
    const server = await openScriptedServer(status(401))
    const [error] = await failures(server.url)
    expect(error).toBeInstanceOf(Event)
    expect(error).toMatchObject({ type: 'error', code: 401, error: { code: 'ERR_RESPONSE', status: 401 } })
    expect(error?.message).toContain('401')
  })

  it('says of a 204 that the stream has ended', async () => {
    const server = await openScriptedServer(status(204))
    const [error] = await failures(server.url)
    expect(error).toMatchObject({ code: 204, error: { code: 'ERR_RESPONSE', status: 204 } })
    expect(error?.message).toMatch(/is 204.*: the stream has ended, and is not asked for again$/)
  })

  it('says what came in place of an event stream', async () => {
    const server = await openScriptedServer(events('{}', { 'content-type': 'application/json' }))
    const [error] = await failures(server.url)
    expect(error?.message).toMatch(/application\/json in place of text\/event-stream.*json\(\)/)
  })

  it('says that the connection was lost, or has ended', async () => {
    const server = await openScriptedServer(broken('retry: 1\n\n'), events(''))
    const [lost, ended, last] = await failures(server.url)
    expect(lost).toMatchObject({ error: expect.any(TypeError), code: undefined })
    expect(ended).toMatchObject({ error: { code: 'ERR_STREAM_INTERRUPTED' } })
    expect(last).toMatchObject({ code: 204 })
  })

  it('says what a headers function has thrown', async () => {
    const headers = vi
      .fn(() => ({}))
      .mockImplementationOnce(() => {
        throw new Error('no token')
      })
    const source = new EventSource('https://example.com/', { headers, fetch: () => new Promise(() => {}) })
    const error = await new Promise<EventSourceErrorEvent>((resolve) => source.addEventListener('error', resolve))
    source.close()
    expect(error.message).toBe('no token')
  })
})

describe('retry', () => {
  it.each([408, 425, 429, 500, 503])('brings it back after %i', async (code) => {
    const server = await openScriptedServer(status(code), status(code), endless('data: a\n\n'))
    const log = new EventLog(new EventSource(server.url, { retry: soon }))
    await log.until('message')
    expect(log.lines).toEqual(['error connecting', 'error connecting', 'open open', 'message: a'])
  })

  it('is off by default: an answer that passes closes it, as the standard says', async () => {
    const server = await openScriptedServer(status(503))
    expect(await failures(server.url)).toHaveLength(1)
  })

  it.each([400, 401, 404, 204])('does not bring it back after %i', async (code) => {
    const server = await openScriptedServer(status(code))
    expect(await failures(server.url, { retry: true })).toHaveLength(1)
    expect(server.requests).toHaveLength(1)
  })

  it('waits for as long as Retry-After says', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const timer = vi.spyOn(globalThis, 'setTimeout')
      const log = new EventLog(new EventSource('https://example.com/', { retry: soon, fetch: answerTooMany }))
      await log.until('error')
      expect(timer.mock.calls.map(([, ms]) => ms)).toContain(7000)
    } finally {
      vi.useRealTimers()
    }
  })

  it('gives up after attempts failures without an event in between', async () => {
    const server = await openScriptedServer(
      status(503),
      events('data: a\n\n'),
      ...Array.from({ length: 9 }, () => status(503)),
    )
    const errors = await failures(server.url, { retry: { ...soon, attempts: 2 } })
    // One before the event; its end and one more behind it; the third is one too many.
    expect(errors).toHaveLength(4)
    expect(server.requests).toHaveLength(4)
  })

  it.each([{ attempts: -1 }, { minMs: NaN }, { maxMs: 2 ** 31 }])('is checked: %o', (retry) => {
    expect(() => new EventSource('https://example.com/', { retry })).toThrow(
      expect.objectContaining({ code: 'ERR_OPTION' }),
    )
  })
})
