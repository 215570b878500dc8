// A stream at /x, and a reader of it on a bare socket.
import type { AnyRoute } from '../../../src/server/index.ts'
import { untyped } from './asking.ts'
import { RawClient } from './raw-client.ts'

/** The route, as JavaScript without types could declare it. */
export function stream(handler: unknown, sse: object | true = true): AnyRoute {
  return untyped({ method: 'GET', path: '/x', sse, handler })
}

/** Opens the stream of a raw client, and waits for its first event. */
export async function openRaw(port: number): Promise<RawClient> {
  const client = await RawClient.open(port)
  client.request('GET /x HTTP/1.1')
  await client.until('first')
  return client
}
