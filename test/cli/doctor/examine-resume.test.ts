// The suite for servers that resume, run without a test runner.
import type { RequestListener } from 'node:http'
import { expect, test } from 'vitest'
import { createChannels } from '../../../src/channel/index.ts'
import { examineResume } from '../../../src/cli/doctor/examine-resume.ts'
import { defineRoute } from '../../../src/server/index.ts'
import { collect } from '../../support/doctor/examine.ts'
import { listen } from '../../support/server/listening.ts'
import { run } from '../../support/server/running.ts'

/** A topic at /feed that gets as many events as `POST /more/<count>` says. */
async function runTopic(): Promise<string> {
  const channels = createChannels()
  const feed = channels.topic<number>('feed')
  let n = 0
  const { url } = await run([
    defineRoute({
      method: 'GET',
      path: '/feed',
      sse: true,
      handler: ({ lastEventId }) => feed.subscribe({ after: lastEventId }),
    }),
    defineRoute({
      method: 'POST',
      path: '/more/:count',
      handler: async ({ params }) => {
        for (let left = Number(params.count); left > 0; left -= 1) await feed.publish((n += 1))
        return { n }
      },
    }),
  ])
  return url
}

test.each(['/more/{count}', '/more/1'])(
  'a topic of ours that is told to produce at %s passes every case',
  async (path) => {
    const url = await runTopic()
    const findings = await collect(examineResume({ url: `${url}/feed`, produceUrl: url + path, count: 12 }))
    expect(findings.filter(({ level }) => level !== 'ok')).toEqual([])
    expect(findings.length).toBeGreaterThanOrEqual(7)
  },
)

test('a server that begins again each time fails where it matters, and says how', async () => {
  const { url } = await listen((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
    for (let n = 1; n <= 100; n += 1) response.write(`id: ${n}\ndata: ${n}\n\n`)
  })
  const findings = await collect(examineResume({ url, count: 12 }))
  const failed = findings.filter(({ level }) => level === 'fault')
  expect(failed.map(({ code }) => code)).toContain('resumes-right-after-the-last-event-id')
  expect(failed.find(({ code }) => code.startsWith('resumes'))?.evidence).toMatch(/The events after event/)
})

test('a case that takes too long is given up, and asks no more', async () => {
  let asked = 0
  const { url } = await listen((_, response) => {
    asked += 1
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
  })
  const findings = await collect(examineResume({ url, caseTimeoutMs: 50 }))
  expect(new Set(findings.map(({ evidence }) => evidence))).toEqual(new Set(['It took longer than 50 ms.']))
  expect(asked).toBeLessThanOrEqual(findings.length)
})

test('an address that does not produce is the failure of each case', async () => {
  const { url } = await listen((request, response) => {
    if (request.method === 'POST') response.writeHead(404).end()
    else response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
  })
  const [finding] = await collect(examineResume({ url, produceUrl: `${url}/more`, caseTimeoutMs: 30_000 }))
  expect(finding?.evidence).toContain('was answered 404')
})

test('headers for the stream are sent to what makes it produce only if that is the same server', async () => {
  const seen: (string | undefined)[] = []
  const answer = (name: string): RequestListener => {
    return (request, response) => {
      if (request.method === 'POST') seen.push(`${name} ${request.headers.authorization ?? 'nothing'}`)
      response.writeHead(request.method === 'POST' ? 500 : 200, { 'content-type': 'text/event-stream' }).end()
    }
  }
  const { url } = await listen(answer('own'))
  const other = await listen(answer('other'))
  for (const produceUrl of [`${url}/{count}`, `${other.url}/{count}`]) {
    await collect(examineResume({ url, produceUrl, headers: { authorization: 'Bearer secret' } }))
  }
  expect(new Set(seen)).toEqual(new Set(['own Bearer secret', 'other nothing']))
})
