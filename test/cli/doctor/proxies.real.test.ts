// The doctor tells what a real proxy does to a stream.
import { expect, test } from 'vitest'
import type { Finding } from '../../../src/cli/doctor/finding.ts'
import { describeWith } from '../../support/component/component.ts'
import { startHaproxy } from '../../support/component/haproxy.ts'
import { startNginx } from '../../support/component/nginx.ts'
import { examine, namesOf } from '../../support/doctor/examine.ts'
import { createSound, soundFrame, timedFrame, type Fault } from '../../support/doctor/sound-server.ts'
import { listen } from '../../support/server/listening.ts'

const plain: Fault = { head: { 'x-accel-buffering': undefined } }

async function examineBehindNginx(fault: Fault, directives = ''): Promise<readonly Finding[]> {
  const { url } = await listen(createSound({ everyMs: 100, frame: timedFrame, ...fault }))
  const nginx = await startNginx(url, directives)
  return examine(`${nginx.url}/feed`)
}

async function behindNginx(fault: Fault, directives = ''): Promise<readonly string[]> {
  return namesOf(await examineBehindNginx(fault, directives))
}

async function behindHaproxy(lines: readonly string[]): Promise<readonly string[]> {
  const { port } = await listen(createSound({ everyMs: 250, count: 5, hasBeats: false, frame: timedFrame }))
  return namesOf(await examine(`${await startHaproxy(port, lines)}/feed`))
}

// nginx keeps the header to itself.
const stripped = 'headers.x-accel-buffering'

describeWith('nginx', 'behind nginx', () => {
  test('a stream without X-Accel-Buffering is held back', async () => {
    expect(await behindNginx(plain)).toEqual([stripped, 'arrival.held-back', 'heartbeat.cannot-tell'])
  })

  test('one that is held back for longer than other requests take has that one fault, and no others', async () => {
    // A sound server for each request: one that runs its handler anew for each reader.
    const fault = { ...plain, everyMs: 100, count: 54, frame: timedFrame }
    const { url } = await listen((request, response) => createSound(fault)(request, response))
    const found = await examine(`${(await startNginx(url, '')).url}/feed`, { waitMs: 12_000 })
    expect(namesOf(found)).toEqual([stripped, 'arrival.held-back', 'heartbeat.cannot-tell'])
  })

  test('a stream that says X-Accel-Buffering: no is live', async () => {
    expect(await behindNginx({})).toEqual([stripped])
  })

  test('events without times arrive at the end, all at once', async () => {
    const found = await behindNginx({ ...plain, frame: soundFrame })
    expect(found).toEqual([stripped, 'arrival.all-at-the-end', 'heartbeat.cannot-tell'])
  })

  test('an endless stream whose events fit in the buffer gets no answer over HTTP/1.0', async () => {
    expect(await behindNginx({ ...plain, isEndless: true, hasBeats: false })).toEqual(['answer.no-answer'])
  })

  test('over HTTP/1.1 nginx passes on what comes, even with its buffer', async () => {
    expect(await behindNginx(plain, 'proxy_http_version 1.1;')).toEqual([stripped])
  })

  test('what its gzip packs is live', async () => {
    const gzip = 'proxy_buffering off; gzip on; gzip_http_version 1.0; gzip_proxied any; gzip_min_length 0;'
    const findings = await examineBehindNginx(plain, `${gzip} gzip_types text/event-stream;`)
    expect(namesOf(findings)).toEqual([stripped])
    expect(findings.find(({ check }) => check === 'compression')).toMatchObject({ code: 'live' })
  })
})

describeWith('haproxy', 'behind HAProxy', () => {
  test('each event is late by about 200 ms', async () => {
    expect(await behindHaproxy([])).toEqual(['arrival.all-late', 'heartbeat.cannot-tell'])
  })

  test('none is late with `option http-no-delay`', async () => {
    expect(await behindHaproxy(['option http-no-delay'])).toEqual(['heartbeat.cannot-tell'])
  })
})
