// A server that makes its streams resumable with `resumable-stream`, or with ours: `POST /run?id` begins one, `GET
// /run?id&skip` resumes it, `PUT /run?id&skip` does whichever there is to do.
import { resumableStreams } from 'tidings/ai/stores'
import { wordsOf } from './feeds.mjs'

export async function create({ load, options, journal }) {
  const { createResumableStreamContext } = await load('resumable-stream/generic')
  const all =
    journal === undefined
      ? createResumableStreamContext({ waitUntil: null, ...channelsInMemory() })
      : resumableStreams(journal, options)

  return async (request) => {
    const { pathname, searchParams } = new URL(request.url)
    const id = searchParams.get('id')
    const skip = Number(searchParams.get('skip') ?? 0)
    const context = all.ownedBy?.(request.headers.get('x-user') ?? 'ada') ?? all
    if (pathname === '/has') return new Response(String(await context.hasExistingStream(id)))
    const make = () => wordsOf(id)
    const byMethod = {
      POST: () => context.createNewResumableStream(id, make),
      PUT: () => context.resumableStream(id, make, skip),
      GET: () => context.resumeExistingStream(id, skip),
    }
    const stream = await byMethod[request.method]()
    return stream === null || stream === undefined ? new Response(String(stream), { status: 404 }) : told(stream)
  }
}

/** The text of a stream, and behind it how it has ended: a response that breaks off does not say. */
function told(stream) {
  return new Response(
    ReadableStream.from(
      (async function* () {
        try {
          for await (const text of stream) yield new TextEncoder().encode(text)
          yield new TextEncoder().encode('|end')
        } catch (error) {
          yield new TextEncoder().encode(`|${error.code ?? ''} ${error.message}`)
        }
      })(),
    ),
  )
}

const connect = async () => {}

/** What the package asks of Redis, in one process. */
function channelsInMemory() {
  const values = new Map()
  const listeners = new Map()
  const subscriber = {
    connect,
    subscribe: async (channel, listener) => void listeners.set(channel, listener),
    unsubscribe: async (channel) => void listeners.delete(channel),
  }
  const publisher = {
    connect,
    publish: async (channel, message) => void listeners.get(channel)?.(message),
    set: async (key, value) => void values.set(key, value),
    get: async (key) => values.get(key) ?? null,
    incr: async (key) => {
      if (values.get(key) === 'DONE') throw new Error('ERR value is not an integer or out of range')
      values.set(key, String(Number(values.get(key) ?? 0) + 1))
      return Number(values.get(key))
    },
  }
  return { subscriber, publisher }
}
