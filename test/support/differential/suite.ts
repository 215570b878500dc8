// Every request of the differential tests on one host, against `server.fetch` on Node without a socket.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fetchClient, type Client } from './ask.ts'
import { createFetch } from './node-hosts.mjs'
import type { Answer, WireRequest } from './request.ts'
import { refusals, requests } from './requests.ts'

/** A host, and how it is asked. */
export interface Asked extends Client {
  readonly stop: () => Promise<unknown>
}

/** What a host answers otherwise than `server.fetch`, by itself: why, and the parts of the answer that differ. */
export interface Difference {
  readonly reason: string
  readonly answer?: Partial<Answer>
  /** Headers that differ, beside others that are the same. */
  readonly headers?: Answer['headers']
}

/** By the name of the request. */
export type Differences = Readonly<Record<string, Difference>>

const reference = fetchClient(createFetch())

/** What `server.fetch` answers. */
async function expectedOf(request: WireRequest): Promise<Answer> {
  const answer = request.answer ?? (await reference.ask(request))
  expect(answer.status).toBe(request.status)
  return answer
}

/** Asks a host everything, each in a test of its own. A difference that is listed has to be there, exactly. */
export function tryRequests(start: () => Promise<Asked>, differences: Differences = {}): void {
  let host: Asked
  beforeAll(async () => {
    host = await start()
  })
  afterAll(() => host.stop())

  test.each(Object.entries(requests))('%s', async (name, request) => {
    const expected = await expectedOf(request)
    const difference = differences[name]
    const answer = await host.ask(request)
    if (difference === undefined) return expect(answer).toEqual(expected)
    const headers = { ...expected.headers, ...difference.headers }
    expect(answer).toEqual({ ...expected, headers, ...difference.answer })
    return expect(answer, 'A difference that is listed is none.').not.toEqual(expected)
  })

  test('refuses a stream too many', async () => {
    const releases = [await reference.hold(), await host.hold()]
    for (const request of Object.values(refusals)) expect(await host.ask(request)).toEqual(await expectedOf(request))
    for (const release of releases) release()
  })

  test('the differences are those of requests that exist', () => {
    expect(Object.keys(differences).filter((name) => requests[name] === undefined)).toEqual([])
  })
}
