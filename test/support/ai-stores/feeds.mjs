// What the producers of the nodes say: a test feeds them, word by word, so that nothing depends on time.

const feeds = new Map()

/** The feed of a stream, in whichever order it is asked for and written to. */
function feedOf(id) {
  if (!feeds.has(id)) {
    let controller
    const stream = new ReadableStream({ start: (given) => void (controller = given) })
    feeds.set(id, { stream, controller })
  }
  return feeds.get(id)
}

/** The words of a stream, as they are said. */
export function wordsOf(id) {
  return feedOf(id).stream
}

/** Answers `POST /say?id&word`, `POST /end?id` and `POST /fail?id`; `undefined` for any other request. */
export function feed(request) {
  const { pathname, searchParams } = new URL(request.url)
  const { controller } = feedOf(searchParams.get('id'))
  if (pathname === '/say') controller.enqueue(searchParams.get('word'))
  else if (pathname === '/end') controller.close()
  else if (pathname === '/fail') controller.error(new Error('the password is 1234'))
  else return undefined
  return new Response('ok')
}
