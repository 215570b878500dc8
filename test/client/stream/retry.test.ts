// When stream() comes back, with what, and how often.
import { describe, expect, test, vi } from 'vitest'
import { stream, type EventStream, type RetryNotice } from '../../../src/client/index.ts'
import { answering, cut, status, theEnd, tidingsType, whole } from '../../support/client/answering-server.ts'
import { all, dataOf, failure, soon } from '../../support/client/stream-outcome.ts'

describe('coming back', () => {
  test.each([408, 425, 429, 500, 503])('after %i', async (code) => {
    const { url, requests } = await answering(status(code), whole('data: 1\n\n'))
    expect(dataOf(await all(stream(url, { retry: soon })))).toEqual(['1'])
    expect(requests).toHaveLength(2)
  })

  test('with the position, after a cut inside an event', async () => {
    const { url, requests } = await answering(
      cut('id: 1\ndata: a\n\nid: 2\ndata: b'),
      whole(`id: 2\ndata: b\n\n${theEnd}`, tidingsType),
    )
    expect(dataOf(await all(stream(url, { retry: soon })))).toEqual(['a', 'b'])
    expect(requests.map(({ lastEventId }) => lastEventId)).toEqual([undefined, '1'])
  })

  test('after a clean end that was not the end', async () => {
    const { url } = await answering(
      whole('id: 1\ndata: a\n\n', tidingsType),
      whole(`data: b\n\n${theEnd}`, tidingsType),
    )
    expect(dataOf(await all(stream(url, { retry: soon })))).toEqual(['a', 'b'])
  })

  test('not after the end, whose id is no position', async () => {
    const { url, requests } = await answering(whole(`id: 9\ndata: a\n\n${theEnd}`, tidingsType))
    const events = stream(url)
    expect(dataOf(await all(events))).toEqual(['a'])
    expect(events.lastEventId).toBe('9')
    expect(requests).toHaveLength(1)
  })

  test('as often as it is allowed to, then it is interrupted', async () => {
    const { url, requests } = await answering(cut(''))
    const notices: RetryNotice[] = []
    const error = await failure(
      stream(url, { retry: { ...soon, attempts: 3 }, onRetry: (notice) => notices.push(notice) }),
    )
    expect(error).toMatchObject({ code: 'ERR_STREAM_INTERRUPTED' })
    expect(requests).toHaveLength(4)
    expect(notices.map(({ attempt }) => attempt)).toEqual([1, 2, 3])
  })

  test('counts failures between events only, so that a stream that goes on never runs out', async () => {
    const { url, requests } = await answering(
      ...Array.from({ length: 5 }, () => cut('data: 1\n\n')),
      whole(theEnd, tidingsType),
    )
    expect(await all(stream(url, { retry: { ...soon, attempts: 1 } }))).toHaveLength(5)
    expect(requests).toHaveLength(6)
  })

  test('does not count an orderly end of a quiet stream', async () => {
    const quiet = whole('retry: 1\n\n', tidingsType)
    const { url } = await answering(quiet, quiet, quiet, quiet, whole(theEnd, tidingsType))
    expect(await all(stream(url, { retry: { ...soon, attempts: 1 } }))).toEqual([])
  })

  test('not at all with retry: false', async () => {
    const { url, requests } = await answering(status(503))
    expect(await failure(stream(url, { retry: false }))).toMatchObject({ status: 503 })
    expect(requests).toHaveLength(1)
  })

  test('not with a POST, unless that is asked for', async () => {
    const { url, requests } = await answering(cut('data: 1\n\n'))
    expect(await failure(stream(url, { json: {}, retry: soon }))).toMatchObject({ code: 'ERR_STREAM_INTERRUPTED' })
    expect(requests).toHaveLength(1)
    const other = await answering(cut('data: 1\n\n'), whole(theEnd, tidingsType))
    expect(await all(stream(other.url, { json: {}, retry: { ...soon, unsafe: true } }))).toHaveLength(1)
  })

  test('asks for headers anew each time, and once more after a 401', async () => {
    const { url } = await answering(status(401), cut('data: 1\n\n'), whole(theEnd, tidingsType))
    const headers = vi.fn(() => Promise.resolve({ authorization: 'Bearer t' }))
    await all(stream(url, { headers, retry: soon }))
    expect(headers.mock.calls).toEqual([
      [{ attempt: 0, isUnauthorized: false }],
      [{ attempt: 1, isUnauthorized: true }],
      [{ attempt: 2, isUnauthorized: false }],
    ])
    const other = await answering(status(401))
    expect(await failure(stream(other.url, { headers, retry: soon }))).toMatchObject({ status: 401 })
    expect(other.requests).toHaveLength(2)
  })

  test.each([
    ['retry: 1234\n\n', {}, 1234],
    ['retry: 1000000000000\n\n', {}, 3_600_000],
    ['', { 'retry-after': '2' }, 2000],
  ])('waits as long as the server asks: %j %o', async (body, headers, expected) => {
    const { url } = await answering(body === '' ? status(503, headers) : cut(`data: 1\n\n${body}`))
    const events: EventStream = stream(url, {
      retry: { minMs: 1 },
      onRetry: ({ delayMs }) => (delays.push(delayMs), events.close()),
    })
    const delays: number[] = []
    await all(events)
    expect(delays).toEqual([expected])
  })
})
