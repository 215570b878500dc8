// docs/protocol/reading.json, by stream() over a socket; by EventSource and fetchEventSource, as far as they are to do the same.
import { describe, expect, test } from 'vitest'
import { ResponseError, stream, StreamError } from '../../src/client/index.ts'
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
