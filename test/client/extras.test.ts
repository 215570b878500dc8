// What a page in production is sent in place of the checks: the same names, and clients that work.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import * as full from '../../src/client/extras/full.ts'
import * as lean from '../../src/client/extras/lean.ts'
import { answering, cut, status, theEnd, tidingsType, whole } from '../support/client/answering-server.ts'
import { all, dataOf, failure, soon } from '../support/client/stream-outcome.ts'

test('has the same names', () => {
  expect(Object.keys(lean).toSorted()).toEqual(Object.keys(full).toSorted())
})

describe('stream() without the checks', () => {
  let stream: typeof import('../../src/client/index.ts').stream
  beforeAll(async () => {
    vi.resetModules()
    vi.doMock('#extras', () => lean)
    stream = (await import('../../src/client/index.ts')).stream
  })
  afterAll(() => {
    vi.doUnmock('#extras')
    vi.resetModules()
  })

  test('reads, reconnects and resumes', async () => {
    const { url, requests } = await answering(cut('id: é你\ndata: 1\n\n'), whole(`data: 2\n\n${theEnd}`, tidingsType))
    expect(dataOf(await all(stream(url, { retry: soon })))).toEqual(['1', '2'])
    expect(Buffer.from(String(requests[1]?.headers['last-event-id']), 'latin1').toString()).toBe('é你')
  })

  test('says why a response is refused, in short', async () => {
    const json = { 'content-type': 'application/json' }
    const refused = await answering(status(403, json, '{"message":"No."}'))
    expect(await failure(stream(refused.url))).toMatchObject({ status: 403, message: 'The answer is 403: No.' })
    const other = await answering(status(200, json, '{}'))
    expect(await failure(stream(other.url))).toMatchObject({ message: 'The answer is 200: OK, and no event stream' })
  })

  test('does not look for mistakes', () => {
    const misspelt: object = { onRety: () => {} }
    expect(() => stream('https://example.com/', misspelt)).not.toThrow()
  })

  test('does not read a body that cannot be read', async () => {
    const response = Object.defineProperty(new Response(null, { headers: { 'content-type': tidingsType } }), 'body', {
      value: undefined,
    })
    const error = await failure(stream('https://example.com/', { fetch: async () => response }))
    expect(error).toMatchObject({ code: 'ERR_RESPONSE', message: expect.stringContaining('body cannot be read') })
  })
})
