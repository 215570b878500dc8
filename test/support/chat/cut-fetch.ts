// A `fetch` whose responses break off after a number of frames.

/** What {@link cutFetch} has done. */
export interface Cutting {
  readonly fetch: typeof globalThis.fetch
  /** The requests, in their order. */
  readonly requests: {
    readonly method: string
    readonly url: string
    readonly headers: Headers
    readonly body: unknown
  }[]
}

/** `frames` has, for each response that streams, after how many frames it breaks off; those behind are whole. */
export function cutFetch(frames: readonly number[], send: typeof globalThis.fetch = fetch): Cutting {
  const requests: Cutting['requests'] = []
  const left = [...frames]
  const cut: typeof globalThis.fetch = async (target, init) => {
    const { method = 'GET', headers, body } = init ?? {}
    requests.push({
      method,
      url: target instanceof Request ? target.url : String(target),
      headers: new Headers(headers),
      body,
    })
    const response = await send(target, init)
    if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) return response
    const most = left.shift()
    if (most === undefined || response.body === null) return response
    return new Response(firstFrames(response.body, most), response)
  }
  return { fetch: cut, requests }
}

/** So many frames, one by one, and then a failure. */
function firstFrames(body: ReadableStream<Uint8Array>, most: number): ReadableStream<Uint8Array> {
  const frames = framesOf(body)
  const encoder = new TextEncoder()
  let count = 0
  return new ReadableStream(
    {
      // What was passed on was read before this is called again.
      async pull(controller) {
        const { done, value = '' } = count < most ? await frames.next() : { done: false }
        if (done === true) return controller.close()
        if (value === '') {
          await frames.return(undefined)
          return controller.error(new TypeError('cut'))
        }
        if (value.includes('data:')) count += 1
        controller.enqueue(encoder.encode(value))
      },
      cancel: async () => void (await frames.return(undefined)),
    },
    { highWaterMark: 0 },
  )
}

async function* framesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const piece of body) {
    text += decoder.decode(piece, { stream: true })
    for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
      const frame = text.slice(0, end + 2)
      text = text.slice(end + 2)
      yield frame
    }
  }
}
