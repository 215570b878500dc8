// Cassettes played as responses: times, borders, cuts, stalls, and what a function chooses for each request.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { planOf } from '../../../src/testing/play/plan.ts'
import { Playing } from '../../../src/testing/play/play.ts'
import { EventSource, stream } from '../../../src/client/index.ts'
import {
  cassetteAfter,
  cassetteFetch,
  cassetteResolver,
  cassetteResponse,
  createCassette,
  encodeCassette,
  type Cassette,
  type PlayOptions,
} from '../../../src/testing/index.ts'

afterEach(() => {
  vi.useRealTimers()
})

const three = createCassette(['data: 1\n\n', 'data: é\n\n', 'data: 3\n\n'], { everyMs: 1000 })

/** What reads of the body have given so far; `end` is there once it has ended. */
function follow(response: Response): { readonly texts: string[]; end?: string } {
  const followed: { readonly texts: string[]; end?: string } = { texts: [] }
  const read = async (): Promise<void> => {
    try {
      for await (const chunk of response.body ?? []) followed.texts.push(new TextDecoder('latin1').decode(chunk))
      followed.end = 'complete'
    } catch (error) {
      followed.end = String(error)
    }
  }
  void read()
  return followed
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

async function playedAtOnce(cassette: Cassette, options: PlayOptions = {}): Promise<ReturnType<typeof follow>> {
  const followed = follow(cassetteResponse(cassette, { speed: false, ...options }))
  await settle()
  return followed
}

test('each chunk comes at its time, and in a read of its own', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const { texts, ...rest } = follow(cassetteResponse(three))
  await vi.advanceTimersByTimeAsync(999)
  expect(texts).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(texts).toEqual(['data: 1\n\n'])
  await vi.advanceTimersByTimeAsync(2000)
  expect(texts).toHaveLength(3)
  expect(rest).toEqual({})
})

test('one tick of a fake clock plays all that is due by then', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const followed = follow(cassetteResponse(three))
  vi.advanceTimersByTime(3000)
  await settle()
  expect(followed).toMatchObject({ texts: { length: 3 }, end: 'complete' })
})

test('speed divides the times', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const { texts } = follow(cassetteResponse(three, { speed: 4 }))
  await vi.advanceTimersByTimeAsync(250)
  expect(texts).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(250)
  expect(texts).toHaveLength(2)
})

test('splitBytes splits characters, too', async () => {
  const { texts } = await playedAtOnce(three, { splitBytes: 7 })
  expect(texts).toEqual(['data: 1', '\n\n', 'data: Ã', '©\n\n', 'data: 3', '\n\n'])
})

test('cutAfter breaks the connection in the middle of a frame, as fetch tells it', async () => {
  const { texts, end } = await playedAtOnce(three, { cutAfter: 12 })
  expect(texts).toEqual(['data: 1\n\n', 'dat'])
  expect(end).toMatch(/^TypeError: The connection was cut/)
  expect(await playedAtOnce(three, { cutAfter: 0 })).toMatchObject({
    texts: [],
    end: expect.stringContaining('TypeError'),
  })
})

test('a slow reader gets everything that came before a cut', async () => {
  const response = cassetteResponse(three, { speed: false, cutAfter: 12 })
  await settle()
  const followed = follow(response)
  await settle()
  expect(followed.texts).toEqual(['data: 1\n\n', 'dat'])
})

test('what has come is not handed out any more once the reader has left', async () => {
  const left = new AbortController()
  const playing = new Playing(planOf(three, { speed: false }), left.signal)
  await settle()
  left.abort()
  expect(await playing.next()).toBe('left')
})

test('a stream that stalls sends nothing more, and does not end', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const followed = follow(cassetteResponse(three, { stall: 12 }))
  await vi.advanceTimersByTimeAsync(1e6)
  expect(followed).toEqual({ texts: ['data: 1\n\n', 'dat'] })
})

test('a cassette that was cut is cut, and one whose recorder left ends', async () => {
  expect((await playedAtOnce({ ...three, end: { at: 3000, how: 'cut' } })).end).toMatch(/TypeError/)
  expect((await playedAtOnce({ ...three, end: { at: 3000, how: 'left' } })).end).toBe('complete')
})

test('a reader that leaves stops the timers', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  await cassetteResponse(three).body?.cancel()
  await settle()
  expect(vi.getTimerCount()).toBe(0)
})

test('the abort of the signal ends the body with its reason', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const abort = new AbortController()
  const followed = follow(cassetteResponse(three, { signal: abort.signal }))
  await vi.advanceTimersByTimeAsync(1000)
  abort.abort(new Error('enough'))
  await settle()
  expect(followed).toEqual({ texts: ['data: 1\n\n'], end: 'Error: enough' })
  expect(vi.getTimerCount()).toBe(0)
  const early = follow(cassetteResponse(three, { signal: AbortSignal.abort(new Error('before')) }))
  await settle()
  expect(early).toEqual({ texts: [], end: 'Error: before' })
})

test('a cassette is the same after it was played to a reader that changes its chunks', async () => {
  const before = encodeCassette(three)
  for await (const chunk of cassetteResponse(three, { speed: false }).body ?? []) chunk.fill(0)
  expect(encodeCassette(three)).toBe(before)
})

test('status and headers are those of the cassette, also without a body', async () => {
  const gone = createCassette([], { status: 204, headers: { 'x-why': 'over' } })
  const response = cassetteResponse(gone)
  expect([response.status, response.body, response.headers.get('x-why')]).toEqual([204, null, 'over'])
})

describe('what cannot work is refused at once', () => {
  test.each([
    [{ cutAfter: 31 }, /cutAfter is 31, but the cassette has only 28 bytes/],
    [{ stall: 31 }, /stall is 31, but/],
    [{ stall: 1, cutAfter: 1 }, /cutAfter and stall exclude each other/],
    [{ speed: 0 }, /speed must be a number above 0, or false, not 0/],
    [{ splitBytes: 0.5 }, /splitBytes must be a whole number from 1, not 0.5/],
    [{ cut: 1 }, /`cassetteResponse` has no option "cut". Did you mean cutAfter\?/],
    [{ signal: 1 }, /signal must be an AbortSignal, not 1/],
  ])('%o', (options, message) => {
    expect(() => Reflect.apply(cassetteResponse, undefined, [three, options])).toThrow(message)
  })

  test('a cassette that is none', () => {
    expect(() => Reflect.apply(cassetteResponse, undefined, ['data: 1'])).toThrow(/A cassette is needed, not "data: 1"/)
    expect(() => Reflect.apply(createCassette, undefined, ['data: 1'])).toThrow(/list of chunks, not "data: 1"/)
    expect(() => createCassette([''])).toThrow(/chunks\[0\] is empty/)
    expect(() => createCassette(['x'], { status: 204 })).toThrow(/has status 204, which has no body/)
  })

  test('what a function chooses', async () => {
    const none = Reflect.apply(cassetteFetch, undefined, [async () => three])
    await expect(none('/')).rejects.toThrow(/must return one, not/)
    const unknown = Reflect.apply(cassetteFetch, undefined, [() => ({ cassette: three, cut: 1 })])
    await expect(unknown('/')).rejects.toThrow(/has no option "cut"/)
  })
})

const numbered = createCassette(['id: 1\r\ndata: 1\r\n\r', '\nid: 2\ndata: 2\n\nid: 3\nda', 'ta: 3\n\n'], {
  everyMs: 10,
})

test('cassetteAfter begins behind the event, at its time', () => {
  const rest = cassetteAfter(numbered, '2')
  const texts = rest.chunks.map(({ at, bytes }) => [at, new TextDecoder().decode(bytes)])
  expect(texts).toEqual([
    [0, 'id: 3\nda'],
    [10, 'ta: 3\n\n'],
  ])
  expect(rest.end.at).toBe(10)
  expect(cassetteAfter(numbered, '3').chunks).toEqual([])
  expect(() => cassetteAfter(numbered, '4')).toThrow(/No event of the cassette has the id "4"/)
})

test('a client that was cut goes on with the event behind the last one that it had', async () => {
  const asked: unknown[] = []
  const fetch = cassetteFetch(({ count, method, url, lastEventId }) => {
    asked.push([count, method, url, lastEventId])
    if (lastEventId === undefined) return { cassette: numbered, cutAfter: 30 }
    return cassetteAfter(numbered, lastEventId)
  })
  const seen: unknown[] = []
  for await (const { data } of stream('https://example.com/feed', { fetch, retry: { minMs: 1 } })) {
    if (seen.push(data) === 3) break
  }
  expect(seen).toEqual(['1', '2', '3'])
  expect(asked).toEqual([
    [0, 'GET', 'https://example.com/feed', undefined],
    [1, 'GET', 'https://example.com/feed', '1'],
  ])
})

test('a fetch of a cassette serves EventSource', async () => {
  const source = new EventSource('https://example.com/feed', { fetch: cassetteFetch(numbered) })
  const first = await new Promise<MessageEvent>((resolve) => source.addEventListener('message', resolve))
  source.close()
  expect([first.data, first.lastEventId]).toEqual(['1', '1'])
})

test('a fetch of a cassette ends when its signal aborts', async () => {
  const fetch = cassetteFetch(three, { stall: 0 })
  const abort = new AbortController()
  const followed = follow(await fetch('/feed', { signal: abort.signal }))
  abort.abort(new Error('enough'))
  await settle()
  expect(followed.end).toBe('Error: enough')
  await expect(fetch('/feed', { signal: abort.signal })).rejects.toThrow('enough')
})

test('a resolver answers each request from the beginning', async () => {
  const resolve = cassetteResolver(three, { speed: false })
  const answer = (): Promise<string> => resolve({ request: new Request('http://localhost/feed') }).text()
  expect(await Promise.all([answer(), answer()])).toEqual(Array(2).fill('data: 1\n\ndata: é\n\ndata: 3\n\n'))
})
