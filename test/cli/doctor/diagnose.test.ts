// The options of the doctor, its bounds, and how it is stopped.
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { diagnose, type DiagnoseOptions } from '../../../src/cli/doctor/diagnose.ts'
import { collect, examine, namesOf } from '../../support/doctor/examine.ts'
import { createSound } from '../../support/doctor/sound-server.ts'
import { listen } from '../../support/server/listening.ts'

const url = 'http://127.0.0.1:1/feed'

test.each<[string, DiagnoseOptions, RegExp]>([
  ['an address of another protocol', { url: 'ftp://127.0.0.1/' }, /begins with http:\/\/ or https:\/\//],
  ['what is no address', { url: 'example' }, /begins with http/],
  ['a body of GET', { url, body: '{}' }, /GET has no body/],
  ['what is no method', { url, method: 'GET /x' }, /method must be the name of a method/],
  ['a header with a line break', { url, headers: { 'x-a': 'a\r\nb: c' } }, /headers has a name or a value/],
  ['no time at all', { url, waitMs: 0 }, /waitMs must be a whole number from 1/],
])('refuses %s before it asks', async (_, options, message) => {
  await expect(collect(diagnose(options))).rejects.toThrow(message)
})

test('says why there is no answer', async () => {
  const findings = await examine(url)
  expect(findings).toMatchObject([{ check: 'answer', code: 'no-answer', level: 'fault' }])
  expect(findings[0]?.evidence).toMatch(/ECONNREFUSED/)
})

test('sends the method, the headers and the body that it is given, and does not examine what is for GET', async () => {
  const seen: string[] = []
  const sound = createSound()
  const { url } = await listen((request, response) => {
    const note = async (): Promise<void> => {
      const body = await text(request)
      if (request.method !== 'OPTIONS') seen.push(`${request.method} ${String(request.headers['x-key'])} ${body}`)
      sound(request, response)
    }
    void note()
  })
  const headers = { 'X-Key': 'secret', 'content-type': 'application/json' }
  const findings = await examine(url, { method: 'POST', headers, body: new TextEncoder().encode('{"a":1}') })
  expect(new Set(seen)).toEqual(new Set(['POST secret {"a":1}']))
  // It does not allow the header x-key.
  expect(namesOf(findings)).toEqual(['cors.preflight'])
  expect(findings.filter(({ check }) => check === 'end' || check === 'head').map(({ code }) => code)).toEqual([
    'not-event-source',
    'not-asked',
  ])
  // Neither in words nor in what was seen.
  expect(JSON.stringify(findings)).not.toContain('secret')
})

test('takes user and password from the address, as browsers do', async () => {
  const seen = new Set<string | undefined>()
  const { port } = await listen((request, response) => {
    seen.add(request.headers.authorization)
    response.writeHead(204).end()
  })
  await examine(`http://ada:${encodeURIComponent('s€cret')}@127.0.0.1:${port}/feed`)
  expect([...seen]).toEqual([`Basic ${Buffer.from('ada:s€cret').toString('base64')}`])
})

test('stops with the reason of its signal, and leaves the server', async () => {
  const closed: Promise<unknown>[] = []
  const stop = new AbortController()
  const { url } = await listen((_, response) => {
    closed.push(once(response, 'close'))
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
    if (closed.length === 2) stop.abort(new Error('Enough.'))
  })
  await expect(collect(diagnose({ url, signal: stop.signal }))).rejects.toThrow('Enough.')
  await Promise.all(closed)
})

test('leaves a stream that never rests once it has seen enough of it', async () => {
  const { url } = await listen(createSound({ everyMs: 70, count: 2000 }))
  const findings = await examine(url, { waitMs: 60_000 })
  expect(namesOf(findings)).toEqual([])
  // A minute has more than 800 of them.
  const evidence = findings.find(({ check }) => check === 'ids')?.evidence ?? ''
  expect(Number(/^(\d+) of/.exec(evidence)?.[1])).toBeLessThan(400)
})

test('reads no more than it may', async () => {
  const { url } = await listen((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const fill = (): void =>
      void (
        response.destroyed ||
        (response.write('data: x\n\n'.repeat(1000)) ? setImmediate(fill) : response.once('drain', fill))
      )
    fill()
  })
  const findings = await examine(url, { waitMs: 60_000, maxBytes: 100_000 })
  const wire = findings.find(({ check }) => check === 'wire')
  expect(Number(/^(\d+) bytes/.exec(wire?.evidence ?? '')?.[1])).toBeLessThan(100_000 + 65_537)
})

test('shows nothing of a server that could steer a terminal', async () => {
  const { url } = await listen((_, response) => {
    response.writeHead(500, { 'content-type': 'text/plain' }).end('\u001b[2Jgone\u0007')
  })
  const [finding] = await examine(url)
  expect(finding?.evidence).toContain('\\u001b[2Jgone')
  // oxlint-disable-next-line no-control-regex
  expect(finding?.evidence).not.toMatch(/[\u0000-\u001f]/)
})

test('shows nothing of a stream that could steer a terminal', async () => {
  // U+009B begins a sequence like ESC [ does, and JSON leaves it as it is.
  const { url } = await listen(createSound({ frame: ({ n }) => `id: \u009b2J${n}\ndata: ${n}\n\n`, isEndless: true }))
  const findings = await examine(url, { waitMs: 600 })
  expect(findings.find(({ check }) => check === 'ids')?.evidence).toContain('\\u009b2J1')
  expect(findings.filter(({ evidence }) => evidence.includes('\u009b'))).toEqual([])
})
