// The fixture of the suite of clients: the server that they read, which can be stopped and started on its port, and beside
// it one for bytes as no framework writes them, for notes, for a page's files, and for handing out cases to runners.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import process from 'node:process'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { toNodeHandler } from 'tidings/node'
import { note, noted, noteRequest, notesOf, requestsOf } from './notes.mjs'
import { createSubject } from './routes.mjs'

const hostname = '127.0.0.1'
const keyOf = (url) => new URL(url, 'http://x').pathname.split('/').at(-1)

// The server under test.

let running

async function start(port) {
  const server = createSubject()
  const handler = toNodeHandler(server)
  const listener = createServer((request, response) => {
    if (request.method !== 'OPTIONS') noteRequest(keyOf(request.url), request)
    handler(request, response)
  })
  listener.listen(port, hostname)
  await once(listener, 'listening')
  running = { server, listener, port: listener.address().port }
}

const stops = {
  /** As a deployment does it: streams are ended properly. */
  async closed({ server, listener }) {
    listener.close()
    await server.close({ drainMs: 5000 })
    listener.closeAllConnections()
  },
  /** As a crash does it: every connection is cut in the middle. */
  async killed({ listener }) {
    listener.close()
    listener.closeAllConnections()
  },
}

async function restart(how) {
  const { port, listener } = running
  const closed = once(listener, 'close')
  await stops[how](running)
  await closed
  await start(port)
}

/** Cuts everything, then takes connections only to cut them, until somebody has tried twice in vain. */
async function stumble() {
  const { port, listener } = running
  const closed = once(listener, 'close')
  await stops.killed(running)
  await closed
  const cutter = createTcpServer((socket) => socket.on('error', () => {}).once('data', () => socket.resetAndDestroy()))
  cutter.listen(port, hostname)
  for (let tries = 0; tries < 2; tries++) await once(cutter, 'connection')
  cutter.close()
  await once(cutter, 'close')
  await start(port)
}

// Bytes that no framework writes.

const oddBytes = {
  'event-stream': 'id: é你\nevent: große\ndata: {"text":"é€😀"}\r\n\r\ndata: 你好\r\rdata: Añb\ndata: 😀\n\n',
  'x-ndjson': '{"text":"é€😀"}\r\n{"text":"你好"}\n{"last":"😀"}\n',
}

async function writeByteByByte(response, subtype) {
  const type = subtype === 'event-stream' ? 'text' : 'application'
  response.writeHead(200, { 'content-type': `${type}/${subtype}` })
  response.socket.setNoDelay(true)
  for (const byte of Buffer.from(oddBytes[subtype])) {
    response.write(Uint8Array.of(byte))
    await nextTurn()
  }
  response.end()
}

// Cases, handed out to the runner that asks for the next one.

const ready = []
const runners = []
const results = new Map()

function handOut() {
  while (ready.length > 0 && runners.length > 0) runners.shift().end(JSON.stringify(ready.shift()))
}

function runCase(body) {
  const order = JSON.parse(body)
  const result = new Promise((resolve) => results.set(order.key, resolve))
  ready.push(order)
  handOut()
  return result
}

// The control's own routes.

const script = await build({
  entryPoints: [fileURLToPath(new URL('page.mjs', import.meta.url))],
  bundle: true,
  format: 'esm',
  write: false,
  logLevel: 'error',
})
const page = '<!doctype html><meta charset="utf-8"><title>clients</title><script type="module" src="/page.js"></script>'

const routes = {
  'GET page': (response) => response.setHeader('content-type', 'text/html').end(page),
  'GET page.js': (response) => response.setHeader('content-type', 'text/javascript').end(script.outputFiles[0].text),
  'GET subject': (response) => response.end(`http://${hostname}:${running.port}`),
  'GET next': (response) => {
    runners.push(response)
    handOut()
  },
  'POST run': async (response, _, body) => response.end(await runCase(body)),
  'POST result': (response, [key], body) => {
    results.get(key)?.(body)
    response.end()
  },
  'GET requests': (response, [key]) => response.end(JSON.stringify(requestsOf(key))),
  'GET notes': (response, [key]) => response.end(JSON.stringify(notesOf(key))),
  'GET noted': async (response, [entry, key]) => {
    await noted(key, entry)
    response.end()
  },
  'POST note': (response, [entry, key]) => {
    note(key, entry)
    response.end()
  },
  'POST restart': async (response, [how]) => {
    if (how === 'stumbled') await stumble()
    else await restart(how)
    response.end()
  },
  'GET bytes': (response, [subtype]) => writeByteByByte(response, subtype),
}

async function answer(request, response) {
  response.setHeader('access-control-allow-origin', '*').setHeader('access-control-allow-headers', '*')
  const [name, ...values] = request.url.slice(1).split('/').map(decodeURIComponent)
  const route = routes[`${request.method} ${name}`]
  if (route === undefined) return response.writeHead(request.method === 'OPTIONS' ? 204 : 404).end()
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  return route(response, values, Buffer.concat(chunks).toString())
}

await start(0)
// A runner asks and waits; a case may take its time.
const control = createServer({ requestTimeout: 0 }, (request, response) => void answer(request, response))
control.listen(0, hostname, () => console.log(`listening http://${hostname}:${control.address().port}`))
process.once('SIGTERM', () => process.exit(0))
