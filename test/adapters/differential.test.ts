// The same requests, the same answers: each host of Node against `server.fetch`.
import { describe, expect, test } from 'vitest'
import { http1Client, http2Client } from '../support/differential/ask.ts'
import { startMount, startServe } from '../support/differential/node-hosts.mjs'
import { requests } from '../support/differential/requests.ts'
import { tryRequests, type Differences } from '../support/differential/suite.ts'
import { cert, key } from '../support/server/certificate.ts'

const http2: Differences = {
  'a url as a handler sees it': {
    reason: 'HTTP/2 is served over TLS',
    answer: { body: 'https://test/url?a=b%20c+d&e' },
  },
  'a url in place of a path': {
    reason: 'RFC 9113 8.3.1 has no such form, and nghttp2 resets the stream',
    answer: {
      status: 0,
      headers: {},
      body: 'Error [ERR_HTTP2_STREAM_ERROR]: Stream closed with error code NGHTTP2_PROTOCOL_ERROR',
    },
  },
}

const refusedPath = {
  reason: 'a guard of the framework in front has compared the path as it is',
  answer: {
    status: 400,
    headers: { 'content-type': 'application/json; charset=utf-8', vary: 'Origin' },
    body: '{"code":400,"message":"The path has dot segments or backslashes."}',
  },
}
const mounted: Differences = {
  'dot segments': refusedPath,
  'encoded dot segments': refusedPath,
  'a backslash': refusedPath,
}

test('there are enough requests', () => {
  expect(Object.keys(requests).length).toBeGreaterThanOrEqual(65)
})

describe('serve over HTTP/1.1', () => {
  tryRequests(async () => {
    const { port, stop } = await startServe()
    return { ...http1Client(port), stop }
  })
})

describe('serve over HTTP/2', () => {
  tryRequests(async () => {
    const { port, stop } = await startServe({ tls: { key, cert } })
    return { ...http2Client(port), stop }
  }, http2)
})

describe('toNodeHandler in a server of node:http', () => {
  tryRequests(async () => {
    const { port, stop } = await startMount()
    return { ...http1Client(port), stop }
  }, mounted)
})
