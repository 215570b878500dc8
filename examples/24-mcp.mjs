// An MCP server over Streamable HTTP whose tool calls survive a broken connection: their messages are stored in a journal, and a
// client that comes back with `Last-Event-ID` gets the rest, on any node. With JOURNAL=mcp.db it is stored in SQLite.
//   curl -N http://localhost:3000/mcp -H 'content-type: application/json' -H 'accept: application/json, text/event-stream' -H 'mcp-session-id: s1' -d '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"count","arguments":{"to":5},"_meta":{"progressToken":1}}}'
//   curl -N http://localhost:3000/mcp -H 'accept: text/event-stream' -H 'mcp-session-id: s1' -H 'last-event-id: <an id>'
import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { defineRoute, defineRoutes, err, json, serve, Server, sse, Type } from 'tidings'
import { mcpEventStore } from 'tidings/ai/stores'
import { memoryJournal } from 'tidings/journal'
import { sqliteJournal } from 'tidings/journal/sqlite'

const { JOURNAL: file, LEASE_MS: leaseMs = '10000', PORT: port = '3000' } = process.env
const journal = file === undefined ? memoryJournal() : sqliteJournal(file)
const eventStore = mcpEventStore(journal, { leaseMs: Number(leaseMs) })

const count = {
  name: 'count',
  description: 'Counts to a number, and takes a tenth of a second for each.',
  inputSchema: { type: 'object', properties: { to: { type: 'integer' } }, required: ['to'] },
}

/** What is answered at once, by the name of the method. */
const results = {
  initialize: () => ({
    protocolVersion: '2025-11-25',
    capabilities: { tools: {} },
    serverInfo: { name: 'counter', version: '1.0.0' },
  }),
  ping: () => ({}),
  'tools/list': () => ({ tools: [count] }),
}

/** Calls the tool; `tell` stores a message, whether somebody listens or not. */
async function call({ id, to, progressToken }, tell) {
  for (let progress = 1; progress <= to; progress += 1) {
    await setTimeout(100)
    if (progressToken === undefined) continue
    await tell({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken, progress, total: to } })
  }
  await tell({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: `Counted to ${to}.` }] } })
}

async function* withFirst(first, events) {
  yield first
  for await (const { eventId, message } of events) yield sse({ id: eventId }, message)
}

const routes = defineRoutes([
  defineRoute({
    method: 'POST',
    path: '/mcp',
    sse: { retryMs: 100 },
    schema: {
      body: Type.Object({
        jsonrpc: Type.Literal('2.0'),
        id: Type.Optional(Type.Unknown()),
        method: Type.Optional(Type.String()),
        params: Type.Optional(
          Type.Object({
            name: Type.Optional(Type.String()),
            arguments: Type.Optional(Type.Object({ to: Type.Optional(Type.Number()) })),
            _meta: Type.Optional(Type.Object({ progressToken: Type.Optional(Type.Unknown()) })),
          }),
        ),
      }),
    },
    handler: async ({ body, headers, signal }) => {
      const { id, method, params } = body
      // Whoever knows the id of a session has it: there is nothing else to it than its streams in the journal.
      const session = headers['mcp-session-id'] ?? randomUUID()
      if (id === undefined) return new Response(null, { status: 202 })
      const result = results[method]?.()
      if (result !== undefined) return json({ jsonrpc: '2.0', id, result }, { headers: { 'mcp-session-id': session } })
      if (method !== 'tools/call' || params?.name !== count.name)
        return json({ jsonrpc: '2.0', id, error: { code: -32_601, message: `There is no ${method} here.` } })
      const events = eventStore(session, body)
      const stream = randomUUID()
      // An event without data: from here on the client can resume.
      const first = await events.storeEvent(stream, {})
      const { arguments: { to = 0 } = {}, _meta: { progressToken } = {} } = params
      call({ id, to, progressToken }, (message) => events.storeEvent(stream, message)).catch(console.error)
      return withFirst(sse({ id: first }, ''), events.follow(first, signal))
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/mcp',
    sse: { retryMs: 100 },
    handler: async ({ headers, lastEventId, signal }) => {
      // There are no messages but those that answer a request.
      if (!lastEventId) return new Response(null, { status: 405, headers: { allow: 'POST' } })
      const events = eventStore(headers['mcp-session-id'] ?? '?', undefined)
      if ((await events.getStreamIdForEventId(lastEventId)) === undefined) throw err.notFound('There is no such event.')
      const messages = events.follow(lastEventId, signal)[Symbol.asyncIterator]()
      const { done, value } = await messages.next()
      // A client that has had everything is not to come again.
      if (done) return new Response(null, { status: 204 })
      return withFirst(sse({ id: value.eventId }, value.message), { [Symbol.asyncIterator]: () => messages })
    },
  }),
])

export const server = new Server(routes)

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  serve({ fetch: server.fetch, port: Number(port) }, ({ url }) => console.log(`${url}/mcp`))
}
