// A server with the MCP SDK, one transport for each request, as several nodes need it: the tool `listen` hears the words of a
// stream, tells of each as progress, and answers with all of them.
import { mcpEventStore } from 'tidings/ai/stores'
import { wordsOf } from './feeds.mjs'

export async function create({ load, options, journal }) {
  const { Server } = await load('@modelcontextprotocol/sdk/server/index.js')
  const { CallToolRequestSchema } = await load('@modelcontextprotocol/sdk/types.js')
  const { WebStandardStreamableHTTPServerTransport } = await load(
    '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js',
  )
  const { InMemoryEventStore } = await load('@modelcontextprotocol/sdk/examples/shared/inMemoryEventStore.js')
  const inMemory = new InMemoryEventStore()
  const eventStores = journal === undefined ? () => inMemory : mcpEventStore(journal, options)

  return async (request) => {
    const user = request.headers.get('x-user') ?? 'ada'
    const parsedBody = request.method === 'POST' ? await request.json() : undefined
    const eventStore = eventStores(user, parsedBody)
    const { pathname } = new URL(request.url)
    // As a client asks that does not use the SDK's transport: the store itself, from an event on.
    if (pathname === '/rest') return rest(eventStore, request.headers.get('last-event-id'))
    const transport = new WebStandardStreamableHTTPServerTransport({ eventStore, retryInterval: 50 })
    const server = new Server({ name: 'listener', version: '1' }, { capabilities: { tools: {} } })
    server.setRequestHandler(CallToolRequestSchema, listen)
    await server.connect(transport)
    return transport.handleRequest(request, { parsedBody })
  }
}

async function listen({ params }, { _meta, sendNotification }) {
  const words = []
  for await (const word of wordsOf(params.arguments.id)) {
    words.push(word)
    const progress = { progressToken: _meta.progressToken, progress: words.length, message: word }
    await sendNotification({ method: 'notifications/progress', params: progress })
  }
  return { content: [{ type: 'text', text: words.join('') }] }
}

async function rest(eventStore, lastEventId) {
  const messages = []
  try {
    for await (const { message } of eventStore.follow(lastEventId)) messages.push(message)
    return Response.json({ messages })
  } catch (error) {
    return Response.json({ messages, error: String(error) })
  }
}
