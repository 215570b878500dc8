// The doctor finds no fault with our own servers.
import { expect, test } from 'vitest'
import { defineRoute } from '../../../src/server/index.ts'
import { examine, namesOf } from '../../support/doctor/examine.ts'
import { pass } from '../../support/doctor/sound-server.ts'
import { soundRoutes } from '../../support/doctor/sound-routes.ts'
import { cert, key } from '../../support/server/certificate.ts'
import { run } from '../../support/server/running.ts'

// The heartbeat comes in silences, which a topic that never rests has none of.
const restless = 'heartbeat.cannot-tell'

test('a topic that never rests has no fault', async () => {
  const { url } = await run(soundRoutes(), { cors: { origin: '*' } })
  const findings = await examine(`${url}/feed`, { waitMs: 1000 })
  expect(namesOf(findings)).toEqual([restless])
})

test('a topic over TLS is there over HTTP/2, for the page of an origin that is allowed', async () => {
  const origin = 'https://app.example'
  const cors = { origin: [origin], credentials: true }
  const { url } = await run(soundRoutes(), { cors }, { tls: { key, cert } })
  const findings = await examine(`${url}/feed`, { waitMs: 1000, insecure: true, origin })
  expect(namesOf(findings)).toEqual([restless])
  expect(findings.find(({ check }) => check === 'http2')).toMatchObject({
    code: 'ok',
    evidence: 'ALPN: h2, status 200',
  })
})

async function* countToThree() {
  for (let n = 1; n <= 3; n += 1) {
    yield { n, at: Date.now() }
    await pass(200)
  }
}

test('a handler that rests between its events, and ends, has no fault', async () => {
  const route = defineRoute({ method: 'GET', path: '/three', sse: { heartbeatMs: 50 }, handler: countToThree })
  const { url } = await run([route])
  const findings = await examine(`${url}/three`)
  expect(namesOf(findings)).toEqual(['ids.none', 'retry.none', 'resume.no-ids', 'cors.none'])
  expect(findings.find(({ check }) => check === 'end')).toMatchObject({ code: 'ok' })
  expect(findings.find(({ check }) => check === 'heartbeat')).toMatchObject({ code: 'ok' })
})
