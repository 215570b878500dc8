// The doctor's checks: a sound server has no fault, and each of its copies with one fault is found to have that one.
import { createGzip } from 'node:zlib'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, test } from 'vitest'
import type { DiagnoseOptions } from '../../../src/cli/doctor/diagnose.ts'
import type { Finding } from '../../../src/cli/doctor/finding.ts'
import { examine, namesOf } from '../../support/doctor/examine.ts'
import { listen } from '../../support/server/listening.ts'
import { createSound, pass, soundFrame, timedFrame, type Fault, type Wire } from '../../support/doctor/sound-server.ts'

type Bounds = Partial<DiagnoseOptions>

async function examineFault(fault: Fault, bounds: Bounds = {}): Promise<readonly Finding[]> {
  const { url } = await listen(createSound(fault))
  return examine(`${url}/feed`, bounds)
}

test('a sound server has no fault, and every check says what it has seen', async () => {
  const findings = await examineFault({})
  expect(namesOf(findings)).toEqual([])
  const names = ['answer', 'headers', 'arrival', 'compression', 'heartbeat', 'wire', 'ids', 'retry', 'resume', 'end']
  expect(findings.map(({ check }) => check)).toEqual([...names, 'head', 'cors', 'http2'])
  expect(findings.filter(({ evidence }) => evidence === '')).toEqual([])
})

/** Passes on whatever was written when the stream ends. */
const collecting = (response: ServerResponse): Wire => {
  const parts: Buffer[] = []
  return {
    write: (part) => void parts.push(Buffer.from(part)),
    end: () => void response.end(Buffer.concat(parts)),
  }
}

/** Passes each part on after 200 ms. */
const late = (response: ServerResponse): Wire => ({
  write: (part) => void pass(200).then(() => response.write(part)),
  end: () => void pass(200).then(() => response.end()),
})

/** Packs for readers that take gzip; flushes after each part if it is to be live. */
const packing =
  (isLive: boolean, isAsked: (request: IncomingMessage) => boolean) =>
  (response: ServerResponse, request: IncomingMessage): Wire => {
    if (!isAsked(request)) return { write: (part) => void response.write(part), end: () => void response.end() }
    const gzip = createGzip()
    gzip.pipe(response)
    const write = (part: string | Uint8Array): void => {
      gzip.write(part)
      if (isLive) gzip.flush()
    }
    return { write, end: () => void gzip.end() }
  }

const takesGzip = ({ headers }: IncomingMessage): boolean => String(headers['accept-encoding']).includes('gzip')

/** Says `Content-Encoding: gzip` where it packs. */
const gzipped = (isAsked: (request: IncomingMessage) => boolean): Listener => {
  return (request, response, answer) => {
    if (isAsked(request) && request.headers['last-event-id'] !== 'end') response.setHeader('content-encoding', 'gzip')
    answer()
  }
}

const huge = `id: 8\ndata: ${'x'.repeat(17 * 1024 * 1024)}\n\n`

/** Writes the fourth event otherwise. */
const fourth = (part: string | Uint8Array): Fault => ({ frame: (made) => (made.n === 4 ? part : soundFrame(made)) })

const padding = (response: ServerResponse): Wire => {
  let left = 4000
  const write = (part: string | Uint8Array): void => {
    left -= Buffer.byteLength(part)
    response.write(part)
  }
  return { write, end: () => void response.end(`:${'x'.repeat(left - 3)}\n\n`) }
}

/** Waits in the middle of the fourth event, with all that follows behind it. */
const halting = (response: ServerResponse): Wire => {
  let turn = Promise.resolve()
  const then = (step: () => unknown): void => void (turn = turn.then(async () => void (await step())))
  const write = (part: string | Uint8Array): void => {
    if (!String(part).startsWith('id: 4')) return then(() => response.write(part))
    then(() => response.write(String(part).slice(0, 9)))
    then(() => pass(400))
    then(() => response.write(String(part).slice(9)))
  }
  return { write, end: () => then(() => response.end()) }
}

const cutting = (response: ServerResponse): Wire => ({
  write: (part) => void response.write(part),
  end: () => void response.write(': the end', () => response.destroy()),
})

type Listener = NonNullable<Fault['listener']>

const onHead =
  (react: (response: ServerResponse) => unknown): Listener =>
  ({ method }, response, answer) =>
    method === 'HEAD' ? react(response) : answer()

/** Answers a reader that comes back, but not at the end. */
const onReturn =
  (react: (response: ServerResponse) => unknown): Listener =>
  ({ headers }, response, answer) => {
    const id = headers['last-event-id']
    if (id === undefined || id === 'end') answer()
    else react(response)
  }

const onEnd =
  (react: (response: ServerResponse, request: IncomingMessage) => unknown): Listener =>
  (request, response, answer) =>
    request.headers['last-event-id'] === 'end' ? react(response, request) : answer()

const asStream = (response: ServerResponse): ServerResponse =>
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })

const reflecting =
  (head: Readonly<Record<string, string>>): Listener =>
  ({ headers }, response, answer) => {
    response.setHeader('access-control-allow-origin', headers.origin ?? 'null')
    for (const [name, value] of Object.entries(head)) response.setHeader(name, value)
    answer()
  }

const ownCors = { 'access-control-allow-origin': undefined }

const controls: Readonly<Record<string, readonly [Fault, (readonly string[])?, Bounds?]>> = {
  'headers.content-type': [{ head: { 'content-type': 'text/plain' } }],
  'headers.charset': [{ head: { 'content-type': 'text/event-stream; charset=ISO-8859-1' } }],
  'headers.content-length': [{ head: { 'content-length': '4000' }, wire: padding }],
  'headers.cacheable': [{ head: { 'cache-control': 'public, max-age=60' } }],
  'headers.cache-control': [{ head: { 'cache-control': undefined } }],
  'headers.no-transform': [{ head: { 'cache-control': 'no-store' } }],
  'headers.incremental': [{ head: { incremental: undefined } }],
  'headers.x-accel-buffering': [{ head: { 'x-accel-buffering': undefined } }],
  'headers.ends-with-connection': [
    {
      listener: (_, response, answer) => {
        response.useChunkedEncodingByDefault = false
        answer()
      },
    },
  ],
  'headers.connection-close': [{ head: { connection: 'close' } }],

  'arrival.held-back': [{ wire: collecting, frame: timedFrame, everyMs: 100 }, ['heartbeat.cannot-tell']],
  'arrival.all-late': [{ wire: late, frame: timedFrame }],
  'arrival.all-at-the-end': [{ wire: collecting, everyMs: 100 }, ['heartbeat.cannot-tell']],
  'arrival.held-in-the-middle': [{ wire: halting }],
  'arrival.nothing-came': [{ count: 0, isEndless: true }, ['ids.cannot-tell', 'resume.cannot-tell'], { waitMs: 800 }],
  'arrival.cannot-tell': [{ count: 1, isEndless: true }, ['resume.cannot-tell'], { waitMs: 400 }],

  'compression.unasked': [{ wire: packing(true, () => true), listener: gzipped(({ method }) => method === 'GET') }],
  'compression.holds-back': [{ wire: packing(false, takesGzip), listener: gzipped(takesGzip) }],
  'compression.fails': [
    { listener: (request, response, answer) => (takesGzip(request) ? response.writeHead(406).end() : answer()) },
  ],

  'heartbeat.silent': [{ hasBeats: false, everyMs: 400, count: 3 }, [], { silenceMs: 250 }],
  'heartbeat.slow': [{ beatMs: 400, everyMs: 500, count: 2 }, [], { silenceMs: 250 }],
  'heartbeat.cannot-tell': [{ hasBeats: false }],

  'wire.too-large': [{ frame: (made) => (made.n === 8 ? huge : soundFrame(made)) }],
  'wire.cut': [{ wire: cutting }],
  'wire.byte-order-mark': [{ opening: '\uFEFFretry: 3000\n\n' }],
  'wire.byte-order-marks': [{ opening: '\uFEFF\uFEFF:\nretry: 3000\n\n' }],
  'wire.utf-8': [fourth(Buffer.from('id: 4\ndata: {"n":"caf\u00e9"}\n\n', 'latin1'))],
  'wire.carriage-return': [{ frame: (made) => soundFrame(made).replaceAll('\n', '\r') }],
  'wire.crlf': [{ frame: (made) => soundFrame(made).replaceAll('\n', '\r\n') }],
  'wire.unfinished': [{ ending: 'id: end\ndata: {"end":true}\n\ndata: lost\n' }],
  'wire.unknown-field': [fourth('id: 4\ndata: a line\nanother line\n\n')],
  'wire.id-with-nul': [{ ending: 'id: x\0y\nid: end\ndata: {"end":true}\n\n' }],
  'wire.no-data': [{ ending: 'event: bye\n\nid: end\ndata: {"end":true}\n\n' }],
  'wire.empty-data': [fourth('id: 4\ndata:\n\n')],
  'wire.not-serialised': [fourth('id: 4\ndata: [object Object]\n\n')],
  'wire.json-over-lines': [fourth('id: 4\ndata: {\ndata:   "n": 4\ndata: }\n\n')],

  'ids.none': [{ frame: ({ n }) => `data: ${n}\n\n`, isEndless: true }, ['resume.no-ids'], { waitMs: 800 }],
  'ids.some': [fourth('data: four\n\n')],
  'ids.repeated': [fourth('id: 3\ndata: four\n\n')],
  'retry.invalid': [{ opening: 'retry: NaN\n\n' }],
  'retry.short': [{ opening: 'retry: 0\n\n' }],
  'retry.long': [{ opening: 'retry: 90000\n\n' }],
  'retry.none': [{ opening: ': hello\n\n' }],

  'resume.starts-again': [{ positionOf: () => 0 }],
  'resume.repeats': [{ positionOf: (lastEventId) => Math.max(0, Number(lastEventId) - 1) }],
  'resume.loses': [{ positionOf: (lastEventId) => (lastEventId === '' ? 0 : Number(lastEventId) + 1) }],
  'resume.nothing-came': [{ listener: onReturn((response) => asStream(response).flushHeaders()) }],
  'resume.fails': [{ listener: onReturn((response) => response.writeHead(500).end()) }],
  'resume.reset': [
    {
      listener: onReturn((response) =>
        asStream(response).write('event: tidings:reset\nid: 1\ndata: {}\n\ndata: x\n\n'),
      ),
    },
  ],

  'end.runs-again': [
    {
      listener: (request, _, answer) => {
        if (request.headers['last-event-id'] === 'end') delete request.headers['last-event-id']
        answer()
      },
    },
  ],
  'end.closed-by-reader': [
    {
      listener: (request, _, answer) => {
        if (request.headers['last-event-id'] === 'over') delete request.headers['last-event-id']
        answer()
      },
      ending: 'id: over\nevent: done\ndata: {}\n\n',
    },
  ],
  'end.comes-back-for-nothing': [{ listener: onEnd((response) => asStream(response).end()) }],
  'end.fails': [{ listener: onEnd((response) => response.writeHead(410).end()) }],

  'head.hangs': [{ listener: onHead(() => {}) }],
  'head.refused': [{ listener: onHead((response) => response.writeHead(405).end()) }],
  'head.differs': [{ listener: onHead((response) => response.writeHead(200, { 'content-type': 'text/html' }).end()) }],

  'cors.none': [{ head: ownCors }],
  'cors.refused': [
    { head: { 'access-control-allow-origin': 'https://a.example' } },
    [],
    { origin: 'https://b.example' },
  ],
  'cors.wildcard-with-credentials': [{ head: { 'access-control-allow-credentials': 'true' } }],
  'cors.any-origin-with-credentials': [
    { head: ownCors, listener: reflecting({ 'access-control-allow-credentials': 'true', vary: 'Origin' }) },
  ],
  'cors.no-vary': [{ head: ownCors, listener: reflecting({}) }],
  'cors.preflight': [
    { listener: ({ method }, response, answer) => (method === 'OPTIONS' ? response.writeHead(405).end() : answer()) },
  ],
}

describe('a server with one fault is found to have it, and no other:', () => {
  test.each(Object.entries(controls))('%s', async (name, [fault, consequences = [], bounds]) => {
    expect(namesOf(await examineFault(fault, bounds)).toSorted()).toEqual([name, ...consequences].toSorted())
  })
})

test('heartbeats of a single line are right, whatever comes between them', async () => {
  const fault: Fault = { beat: ': still here\n', beatMs: 350, everyMs: 500, count: 2 }
  expect(namesOf(await examineFault(fault))).toEqual([])
})

test('ids that are other ones on each connection are right as long as they can be resumed after', async () => {
  const findings = await examineFault({
    frame: ({ n }, connection) => `id: ${connection}-${n}\ndata: ${n}\n\n`,
    positionOf: (lastEventId) => Number(lastEventId.split('-')[1] ?? 0),
  })
  expect(namesOf(findings)).toEqual([])
})

describe('an answer that is no stream is all that is reported:', () => {
  const answers: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
    'no-answer': () => {},
    'refused-for-good': (response) => response.writeHead(503).end('Down.'),
    'no-content': (response) => response.writeHead(204).end(),
    redirect: (response) => response.writeHead(302, { location: '/login' }).end(),
    html: (response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Log in</title>'),
    ndjson: (response) => response.writeHead(200, { 'content-type': 'application/x-ndjson' }).end('{}\n'),
  }
  test.each(Object.entries(answers))('%s', async (code, react) => {
    const findings = await examineFault({ listener: (_, response) => react(response) }, { waitMs: 500 })
    expect(findings.map(({ check, code }) => `${check}.${code}`)).toEqual([`answer.${code}`])
  })
})
