// Two handles of one server, closed one after the other, on any runtime: prints what became of each stream.
import { defineRoute, serve, Server } from 'tidings'

const routes = [
  defineRoute({ method: 'GET', path: '/plain', handler: () => 'plain' }),
  defineRoute({
    method: 'GET',
    path: '/live',
    sse: true,
    handler: async function* (ctx) {
      yield 'first'
      await ctx.sleep(600_000)
    },
  }),
]

/** Reads a stream up to its first event; `rest` resolves with what comes after that. */
async function openStream(url) {
  const response = await fetch(`${url}/live`, { headers: { accept: 'text/event-stream', 'cache-control': 'no-cache' } })
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (!text.includes('data: first\n\n')) text += (await reader.read()).value
  return { status: response.status, rest: readAll(reader) }
}

async function readAll(reader) {
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return text
    text += value
  }
}

async function isRefused(url) {
  try {
    await fetch(`${url}/plain`)
    return false
  } catch {
    return true
  }
}

const open = async (fetch) => {
  const handle = serve({ fetch, port: 0, hostname: '127.0.0.1' })
  await handle.ready
  return handle
}

async function closeOneOfTwo(server, fetch) {
  const [first, second] = [await open(fetch), await open(fetch)]
  const [one, two] = [await openStream(first.url), await openStream(second.url)]
  const startedAt = performance.now()
  await Promise.all([first.close({ drainMs: 20_000 }), first.close()])
  const report = {
    isPrompt: performance.now() - startedAt < 15_000,
    firstRest: await one.rest,
    firstRefused: await isRefused(first.url),
    openStreams: server.openStreams,
    secondAnswers: await (await globalThis.fetch(`${second.url}/plain`)).text(),
    secondStreams: (await openStream(second.url)).status,
  }
  await second.close()
  return { ...report, secondRest: await two.rest, openAfterwards: server.openStreams }
}

async function serveAgain(fetch) {
  const handle = await open(fetch)
  const { status } = await openStream(handle.url)
  await handle.close()
  return status
}

const report = {}
for (const [name, wrap] of [
  ['own', (server) => server.fetch],
  ['wrapped', (server) => (request) => server.fetch(request)],
]) {
  const server = new Server(routes)
  const fetch = wrap(server)
  report[name] = { ...(await closeOneOfTwo(server, fetch)), again: await serveAgain(fetch) }
}
console.log(JSON.stringify(report))
