// A `fetch` whose requests and responses are shown on the wire view.

/** Makes the fetch. A request of which `isFirst` is true clears the view; others are shown behind what is there. */
export function createWireFetch(wire, isFirst) {
  return async (target, init = {}) => {
    const { pathname, search } = new URL(target, location.href)
    const { method = 'GET' } = init
    const request = `${method} ${pathname}${search}`
    if (isFirst({ method, path: pathname })) wire.begin(request)
    else wire.go(request)
    const response = await fetch(target, init)
    wire.head(response)
    return response.body === null || response.status === 204 ? response : watch(response, wire)
  }
}

/** A response like the given one, whose body is shown while it is read. */
function watch(response, wire) {
  const { status, statusText, headers } = response
  const isStream = headers.get('content-type')?.startsWith('text/event-stream') === true
  const show = new TransformStream({
    transform(bytes, controller) {
      if (isStream) wire.feed(bytes)
      else wire.body(new TextDecoder().decode(bytes))
      controller.enqueue(bytes)
    },
    flush: () => (isStream ? wire.say('The stream has ended.') : undefined),
  })
  return new Response(response.body.pipeThrough(show), { status, statusText, headers })
}
