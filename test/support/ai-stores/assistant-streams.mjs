// A server of assistant-ui, written as its users write it: `POST /run?id` runs, `GET /run?id` resumes, `GET /rest?id&cursor`
// reads the store itself from a cursor, with the cursor of each chunk.
import { assistantStore } from 'tidings/ai/stores'
import { wordsOf } from './feeds.mjs'

export async function create({ load, options, journal }) {
  const { createInMemoryResumableStreamStore, createResumableStreamContext } = await load('assistant-stream/resumable')
  const all = journal === undefined ? createInMemoryResumableStreamStore() : assistantStore(journal, options)

  return async (request) => {
    const { pathname, searchParams } = new URL(request.url)
    const id = searchParams.get('id')
    const store = all.ownedBy?.(request.headers.get('x-user') ?? 'ada') ?? all
    const context = createResumableStreamContext({ store })
    if (pathname === '/rest') return rest(store, id, searchParams.get('cursor'))
    if (pathname === '/status') return new Response(await store.status(id))
    if (request.method === 'DELETE') return new Response(String(await store.delete(id)))
    const bytes = () => wordsOf(id).pipeThrough(new TextEncoderStream())
    const stream = request.method === 'POST' ? await context.run(id, bytes) : await context.resume(id)
    return stream === null ? new Response('no such stream', { status: 404 }) : told(stream)
  }
}

/** The text of a stream, and behind it how it has ended: a response that breaks off does not say. */
function told(stream) {
  return new Response(
    ReadableStream.from(
      (async function* () {
        try {
          for await (const chunk of stream) yield chunk
          yield new TextEncoder().encode('|end')
        } catch (error) {
          yield new TextEncoder().encode(`|${error.code ?? ''} ${error.message}`)
        }
      })(),
    ),
  )
}

async function rest(store, id, cursor) {
  const entries = []
  try {
    for await (const entry of store.read(id, cursor, AbortSignal.timeout(60_000))) {
      entries.push({ cursor: entry.cursor, text: new TextDecoder().decode(entry.chunk) })
    }
    return Response.json({ entries, end: 'end' })
  } catch (error) {
    return Response.json({ entries, end: String(error) })
  }
}
