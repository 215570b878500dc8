// docs/protocol/reading.json over a socket: by stream(), and by EventSource, as far as that is to do the same.
import { describe, expect, test } from 'vitest'
import { EventSource, ResponseError, stream, StreamError } from '../../src/client/index.ts'
import { openScriptedServer, type Answer, type ScriptedServer } from '../support/client/scripted-server.ts'
import { readCases } from '../support/protocol/cases.ts'

interface Exchange {
  readonly sends: { readonly method: string; readonly lastEventId: string | null }
  readonly answer: {
    readonly status: number
    readonly headers: Record<string, string>
    readonly body?: string
    readonly cut?: boolean
  }
}

interface ReadingCase {
  readonly name: string
  readonly request?: { readonly method: string }
  readonly exchanges: readonly Exchange[]
  readonly outcome: { readonly result: string; readonly events: readonly object[]; readonly lastEventId: string }
}

const groups = Object.entries(readCases<ReadingCase>('reading'))

function answerOf({ answer }: Exchange): Answer {
  const { status, headers, body = '', cut = false } = answer
  return (response) => {
    response.writeHead(status, headers)
    if (!cut) response.end(body)
    else response.write(body, () => response.destroy())
  }
}

/** What the server was sent, as the case says it. */
function sentTo({ requests }: ScriptedServer): Exchange['sends'][] {
  return requests.map(({ method = '', headers }) => {
    const id = headers['last-event-id']
    return { method, lastEventId: id === undefined ? null : Buffer.from(String(id), 'latin1').toString() }
  })
}

function resultOf(error: unknown): string {
  if (error instanceof StreamError) return 'failed'
  return error instanceof ResponseError ? 'refused' : 'interrupted'
}

describe.each(groups)('stream(): %s', (_, cases) => {
  test.each(cases)('$name', async ({ request, exchanges, outcome }) => {
    const server = await openScriptedServer(...exchanges.map(answerOf))
    const events: object[] = []
    const source = stream(server.url, { ...request, retry: { minMs: 0, maxMs: 0 } })
    let result = 'ended'
    try {
      for await (const event of source) {
        // The iteration tells of what was missed; it is no data of the application.
        if (!event.event.startsWith('tidings:')) events.push(event)
      }
    } catch (error) {
      result = resultOf(error)
    }
    expect({ result, events, lastEventId: source.lastEventId }).toEqual(outcome)
    expect(sentTo(server)).toEqual(exchanges.map(({ sends }) => sends))
  })
})

/** Those in which an EventSource sends the same: it does come back behind an end that it is told, to be stopped by a 204. */
const forEventSource = groups.flatMap(([group, cases]) =>
  cases.filter(
    ({ request, exchanges, outcome }) =>
      ['control events', 'positions'].includes(group) &&
      request === undefined &&
      outcome.result === 'ended' &&
      exchanges.every(({ answer }) => /tidings=1/.test(answer.headers['content-type'] ?? '') || answer.status === 204),
  ),
)

describe('EventSource', () => {
  test.each(forEventSource)('$name', async ({ exchanges, outcome }) => {
    const server = await openScriptedServer(...exchanges.map(answerOf))
    const source = new EventSource(server.url)
    await new Promise<void>((resolve) => {
      source.addEventListener('error', () => {
        if (source.readyState === EventSource.CLOSED) resolve()
        else setImmediate(() => source.reconnect())
      })
    })
    const isStopped = exchanges.at(-1)?.answer.status === 204
    const again = isStopped ? [] : [{ method: 'GET', lastEventId: `${outcome.lastEventId}~end` }]
    expect(sentTo(server)).toEqual([...exchanges.map(({ sends }) => sends), ...again])
  })
})
