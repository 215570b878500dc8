// docs/migration, clients: what the programs before and after print and send, the uses that the READMEs of the packages show, and
// what differs. That fetchEventSource differs is shown by test/client/fetch-event-source/difference.test.ts.
import { expect, it } from 'vitest'
import { describeWith } from '../../support/component/component.ts'
import {
  broken,
  endless,
  events,
  openScriptedServer,
  status,
  type ScriptedServer,
} from '../../support/client/scripted-server.ts'
import { codeOf, runClient } from '../../support/migration/program.ts'

const feed = 'id: 1\ndata: hello\n\nid: 2\ndata: world\n\n'
const answer = 'data: You asked: Why?\n\n: a heartbeat\n\ndata: Let me think.\n\n'

/** What a request says that a client's author has chosen. */
async function requestOf(server: ScriptedServer, index: number): Promise<unknown> {
  const { method, url, headers } = await server.request(index)
  const { authorization, accept, 'content-type': type, 'last-event-id': lastEventId } = headers
  return { method, url, authorization, accept, type, lastEventId }
}

describeWith('rivals', 'the programs of docs/migration', () => {
  it('eventsource: both print the same, and ask for the same', async () => {
    for (const number of [1, 2]) {
      const server = await openScriptedServer(broken(`retry: 1\n${feed}`), endless('data: again\n\n'))
      const printed = await runClient(codeOf('eventsource', number), server.url, 3)
      // It says nothing of an id in the last event: what it takes for that is among the differences.
      expect(printed).toMatch(/^hello 1\nworld 2\nagain/)
      const request = { method: 'GET', url: '/feed', authorization: 'Bearer token', accept: 'text/event-stream' }
      expect(await requestOf(server, 0)).toMatchObject(request)
      expect(await requestOf(server, 1)).toMatchObject({ ...request, lastEventId: '2' })
    }
  })

  it.each([1, 2, 3])('fetch-event-source: what is printed, and what is sent by program %i', async (number) => {
    const bodies: string[] = []
    const server = await openScriptedServer((response, request) => {
      request.setEncoding('utf8').on('data', (text: string) => bodies.push(text))
      request.on('end', () => events(answer)(response, request))
    })
    expect(await runClient(codeOf('fetch-event-source', number), server.url, 2)).toBe(
      'You asked: Why?\nLet me think.\n',
    )
    expect(await requestOf(server, 0)).toMatchObject({ method: 'POST', url: '/chat', type: 'application/json' })
    expect(bodies).toEqual(['{"question":"Why?"}'])
    expect(server.requests).toHaveLength(1)
  })
})

/** A program in which `from` is the package, once with each of the two. */
async function bothOf(
  packages: readonly [string, string],
  code: string,
  run: (code: string) => Promise<unknown>,
): Promise<void> {
  const [old, ours] = await Promise.all(
    packages.map((name) => run(`import { ${code.replace('} FROM', `} from '${name}'`)}`)),
  )
  expect(ours).toEqual(old)
}

const eventsources = ['eventsource', 'tidings/client'] as const
const fetchers = ['@microsoft/fetch-event-source', 'tidings/client'] as const

describeWith('rivals', 'what the README of the package shows does the same', () => {
  it('eventsource: listeners by name, and close()', async () => {
    const code = `EventSource } FROM
const es = new EventSource('https://example.com/sse')
es.addEventListener('notice', (event) => console.log('notice', event.data))
es.addEventListener('update', (event) => console.log('update', event.data))
es.addEventListener('message', (event) => { console.log('message', event.data); es.close() })`
    await bothOf(eventsources, code, async (program) => {
      const server = await openScriptedServer(
        endless(
          'event: notice\ndata: 1\n\nevent: update\ndata: 2\n\nevent: other\ndata: 3\n\nevent: message\ndata: 4\n\n',
        ),
      )
      return runClient(program, server.url, 3)
    })
  })

  it.each([401, 403, 204, 500])('eventsource: code and message of an error, %i', async (code) => {
    const program = `EventSource } FROM
const es = new EventSource('https://example.com/sse')
es.addEventListener('error', (error) => console.log(error.type, error.code, typeof error.message, es.readyState))`
    await bothOf(eventsources, program, async (text) => {
      const server = await openScriptedServer(status(code, {}))
      return runClient(text, server.url, 1)
    })
  })

  it('eventsource: a header by fetch', async () => {
    const code = `EventSource } FROM
const es = new EventSource('https://example.com/sse', {
  fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, Authorization: 'Bearer myToken' } }),
})
es.onmessage = ({ data }) => console.log(data)`
    await bothOf(eventsources, code, async (program) => {
      const server = await openScriptedServer(broken('retry: 1\nid: 1\ndata: a\n\n'), endless('data: b\n\n'))
      const printed = await runClient(program, server.url, 2)
      return [printed, await requestOf(server, 0), await requestOf(server, 1)]
    })
  })

  it('fetch-event-source: messages alone', async () => {
    const code = `fetchEventSource } FROM
await fetchEventSource('https://example.com/api/sse', { onmessage(ev) { console.log(ev.data) } })
console.log('resolved')`
    await bothOf(fetchers, code, async (program) => runClient(program, (await openScriptedServer(events(feed))).url, 3))
  })

  it('fetch-event-source: a POST, and a signal', async () => {
    const code = `fetchEventSource } FROM
const ctrl = new AbortController()
await fetchEventSource('https://example.com/api/sse', {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ foo: 'bar' }),
  signal: ctrl.signal,
  onmessage(ev) { console.log(ev.id, ev.data); ctrl.abort() },
})
console.log('resolved')`
    await bothOf(fetchers, code, async (program) => {
      const server = await openScriptedServer(endless('id: 1\ndata: a\n\n'))
      return [await runClient(program, server.url, 2), await requestOf(server, 0)]
    })
  })

  it('fetch-event-source: errors that are fatal, and such that are not', async () => {
    const code = `EventStreamContentType, fetchEventSource } FROM
class RetriableError extends Error {}
class FatalError extends Error {}
await fetchEventSource('https://example.com/api/sse', {
  async onopen(response) {
    console.log('open', response.status)
    if (response.ok && response.headers.get('content-type') === EventStreamContentType) return
    if (response.status >= 400 && response.status < 500 && response.status !== 429) throw new FatalError()
    throw new RetriableError()
  },
  onmessage(msg) {
    console.log('message', msg.data)
    if (msg.event === 'FatalError') throw new FatalError(msg.data)
  },
  onclose() {
    console.log('closed')
    throw new RetriableError()
  },
  onerror(err) {
    if (err instanceof FatalError) throw err
    return 1
  },
}).catch((error) => console.log('rejected', error.message))`
    await bothOf(fetchers, code, async (program) => {
      const script = [events('id: 1\ndata: a\n\n'), status(503, {}), events('event: FatalError\ndata: enough\n\n')]
      const server = await openScriptedServer(...script)
      const printed = await runClient(program, server.url, 7)
      return [printed, await requestOf(server, 2)]
    })
  })
})

interface Difference {
  readonly old: string
  readonly tidings: string
  readonly wire: string
}

const differences: Readonly<Record<string, Difference>> = {
  'the id of an event without one': { old: 'a,1 b, ', tidings: 'a,1 b,1 ', wire: 'id: 1\ndata: a\n\ndata: b\n\n' },
  'an id without data': { old: 'a, ', tidings: 'a,7 ', wire: 'id: 7\n\ndata: a\n\n' },
  'lines that end in CR': { old: 'a, ', tidings: 'a, b, ', wire: 'data: a\r\rdata: b\r\r' },
  'text that looks like a byte order mark': {
    old: 'a, b, ',
    tidings: 'b, ',
    wire: '\u{ef}\u{bb}\u{bf}data: a\n\ndata: b\n\n',
  },
}

describeWith('rivals', 'a difference from eventsource that docs/migration names:', () => {
  const program = `import { EventSource } from 'PACKAGE'
const es = new EventSource('https://example.com')
let heard = ''
es.onmessage = ({ data, lastEventId }) => (heard += data + ',' + lastEventId + ' ')
es.onerror = () => { console.log(heard); es.close() }`

  it.each(Object.entries(differences))('%s', async (_, { old, tidings, wire }) => {
    const heard = async (name: string): Promise<string> =>
      runClient(program.replace('PACKAGE', name), (await openScriptedServer(events(wire))).url, 1)
    expect(await heard('eventsource')).toBe(`${old}\n`)
    expect(await heard('tidings/client')).toBe(`${tidings}\n`)
  })

  it('what comes in one piece with the event at which a listener closes', async () => {
    const closing = `import { EventSource } from 'PACKAGE'
const es = new EventSource('https://example.com')
es.onmessage = ({ data }) => { es.close(); console.log(data) }`
    const heard = async (name: string): Promise<string> =>
      runClient(
        closing.replace('PACKAGE', name),
        (await openScriptedServer(events('data: a\n\ndata: b\n\n'))).url,
        Infinity,
      )
    expect(await heard('eventsource')).toBe('a\nb\n')
    expect(await heard('tidings/client')).toBe('a\n')
  })

  it('an event of 17 MiB', async () => {
    const sized = `import { EventSource } from 'PACKAGE'
const es = new EventSource('https://example.com')
es.onmessage = ({ data }) => { console.log(data.length); es.close() }
es.onerror = ({ message }) => { console.log(es.readyState, message); es.close() }`
    const size = 17 * 2 ** 20
    const seen = async (name: string): Promise<string> =>
      runClient(
        sized.replace('PACKAGE', name),
        (await openScriptedServer(events(`data: ${'x'.repeat(size)}\n\n`))).url,
        1,
      )
    expect(await seen('eventsource')).toBe(`${size}\n`)
    expect(await seen('tidings/client')).toMatch(/^2 .*larger/)
  })

  it('a retry that a timer cannot hold', async () => {
    // The platform's own timers are shorter than a minute.
    const timed = `const { setTimeout } = globalThis
globalThis.setTimeout = (run, ms) => {
  if (ms > 60_000) console.log(ms)
  return setTimeout(run, Math.min(ms, 60_000))
}
const { EventSource } = await import('PACKAGE')
new EventSource('https://example.com')`
    const waited = async (name: string): Promise<string> =>
      runClient(
        timed.replace('PACKAGE', name),
        (await openScriptedServer(events('retry: 3000000000\ndata: a\n\n'))).url,
        1,
      )
    expect(await waited('eventsource')).toBe('3000000000\n')
    expect(await waited('tidings/client')).toBe('3600000\n')
  })
})

describeWith('rivals', 'a difference from fetch-event-source that docs/migration names:', () => {
  it('outside a page one runs, and one does not', async () => {
    const program = `import { fetchEventSource } from 'PACKAGE'
delete globalThis.window
delete globalThis.document
await fetchEventSource('https://example.com', { onmessage: ({ data }) => console.log(data) })`
    const printed = async (name: string): Promise<string> =>
      runClient(program.replace('PACKAGE', name), (await openScriptedServer(events('data: a\n\n'))).url, 1)
    expect(await printed('@microsoft/fetch-event-source')).toMatch(/ReferenceError: (window|document) is not defined/)
    expect(await printed('tidings/client')).toBe('a\n')
  })
})
