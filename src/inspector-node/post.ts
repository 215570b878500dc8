// One report, posted by `node:http`: it is not read by fetch, so it is not reported itself, and its socket keeps no process
// alive.
import { Agent as HttpAgent, request as requestHttp, type ClientRequest, type RequestOptions } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import type { InspectorAddress } from './address.ts'

/** An inspector that has not answered for so long, in milliseconds, does not answer. */
const timeoutMs = 5000
const agents = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) }

/** Posts a JSON list of records. Resolves to the status of the answer, or to why there is none. */
export function post({ records, token }: InspectorAddress, from: string, body: string): Promise<number | Error> {
  const url = new URL(records)
  url.searchParams.set('from', from)
  const bytes = Buffer.from(body)
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': bytes.byteLength,
  }
  return new Promise((resolve) => {
    const request = open(url, { method: 'POST', headers, timeout: timeoutMs })
    request.on('socket', (socket) => socket.unref())
    request.on('timeout', () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)))
    request.on('error', (error) => resolve(reasonOf(error)))
    request.on('response', (response) => {
      // The connection is used again only once the answer has been read.
      response.resume()
      response.on('error', resolve)
      response.on('end', () => resolve(response.statusCode ?? 0))
    })
    request.end(bytes)
  })
}

function open(url: URL, options: RequestOptions): ClientRequest {
  return url.protocol === 'https:'
    ? requestHttps(url, { ...options, agent: agents.https })
    : requestHttp(url, { ...options, agent: agents.http })
}

/** Where a name has several addresses, the errors of all of them are in one that says nothing. */
function reasonOf(error: Error): Error {
  const [first]: unknown[] = error instanceof AggregateError ? error.errors : []
  return first instanceof Error ? first : error
}
