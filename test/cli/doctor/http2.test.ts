// What the doctor finds about TLS and HTTP/2, with real servers.
import { once } from 'node:events'
import { createSecureServer, type Http2SecureServer } from 'node:http2'
import { createServer as createHttpsServer } from 'node:https'
import type { RequestListener, Server } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { createSound } from '../../support/doctor/sound-server.ts'
import { examine, namesOf } from '../../support/doctor/examine.ts'
import { cert, key } from '../../support/server/certificate.ts'

async function listenSecurely(server: Server | Http2SecureServer): Promise<string> {
  server.listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.close()
    if ('closeAllConnections' in server) server.closeAllConnections()
  })
  await once(server, 'listening')
  const address = server.address()
  return `https://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/feed`
}

test('a server of HTTP/1.1 alone has a limit of six streams', async () => {
  const url = await listenSecurely(createHttpsServer({ key, cert }, createSound()))
  expect(namesOf(await examine(url, { insecure: true }))).toEqual(['http2.http1-only'])
})

test('a server whose stream fails over HTTP/2 is found out', async () => {
  const sound: RequestListener = createSound()
  // The compatible API of Node throws for the headers of HTTP/1.1, as this handler does.
  const server = createSecureServer({ key, cert, allowHTTP1: true }, (request, response) => {
    if (request.httpVersionMajor === 2) response.stream.close()
    else Reflect.apply(sound, undefined, [request, response])
  })
  expect(namesOf(await examine(await listenSecurely(server), { insecure: true }))).toEqual(['http2.fails'])
})

test('headers of one connection are not sent over HTTP/2', async () => {
  const server = createSecureServer({ key, cert, allowHTTP1: true }, (request, response) => {
    Reflect.apply(createSound(), undefined, [request, response])
  })
  const headers = { connection: 'keep-alive' }
  const findings = await examine(await listenSecurely(server), { insecure: true, headers, waitMs: 300 })
  expect(findings.find(({ check }) => check === 'http2')).toMatchObject({ code: 'ok' })
})

test('a certificate that nobody has signed is refused, unless it is taken', async () => {
  const url = await listenSecurely(createHttpsServer({ key, cert }, createSound()))
  const findings = await examine(url)
  expect(namesOf(findings)).toEqual(['answer.no-answer'])
  expect(findings[0]?.evidence).toMatch(/self-signed certificate/)
})
