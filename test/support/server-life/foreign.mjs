// A fetch function that is not a server's, on any runtime: prints what its clients are answered.
import { createServer, request } from 'node:http'
import { connect } from 'node:net'
import { brotliCompressSync, deflateSync, gunzipSync, gzipSync, inflateSync, brotliDecompressSync } from 'node:zlib'
import { defineRoute, json, serve, Server } from 'tidings'

const framing = { connection: 'x-own', 'keep-alive': 'timeout=1', upgrade: 'h2c', 'x-own': '1' }
const codings = {
  gzip: [gzipSync, gunzipSync],
  br: [brotliCompressSync, brotliDecompressSync],
  deflate: [deflateSync, inflateSync],
}
const upstream = createServer(({ url }, response) => {
  const coding = url.slice(1)
  response.writeHead(200, { 'content-encoding': coding }).end(codings[coding][0]('compressed'))
})
const upstreamUrl = await new Promise((resolve) => {
  upstream.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${upstream.address().port}`))
})

const inner = new Server([
  defineRoute({
    method: 'GET',
    path: '/passed/:coding',
    handler: ({ params }) => fetch(`${upstreamUrl}/${params.coding}`),
  }),
  defineRoute({
    method: 'POST',
    path: '/size',
    body: { maxBytes: false },
    handler: async ({ request: { body } }) => {
      let size = 0
      for await (const chunk of body) size += chunk.byteLength
      return size
    },
  }),
])
const answers = {
  '/throws': () => {
    throw new Error('SECRET')
  },
  '/rejects': () => Promise.reject(new Error('SECRET')),
  '/throws-nothing': () => {
    throw undefined
  },
  '/unprintable': () => {
    throw new Proxy(new Error('SECRET'), {
      get: () => {
        throw new Error('SECRET')
      },
    })
  },
  '/nothing': () => undefined,
  '/text': () => 'text',
  '/json': () => json({ made: true }, { status: 201 }),
  '/framed': () => new Response('framed', { headers: framing }),
}

const handle = serve({
  fetch: (asked) => (answers[new URL(asked.url).pathname] ?? (() => inner.fetch(asked)))(),
  port: 0,
  hostname: '127.0.0.1',
})
await handle.ready
const port = Number(new URL(handle.url).port)

/** The status, and whether anything of the program is told. */
async function ask(path) {
  const response = await fetch(handle.url + path)
  const text = await response.text()
  return [response.status, text.length < 100 && !text.includes('SECRET') ? text : `${text.length} characters`]
}

/** The names of the headers that are sent. */
function headersOf(path) {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(port, '127.0.0.1')
    socket.setEncoding('latin1').on('data', (chunk) => (text += chunk))
    socket.on('error', reject).on('close', () => {
      const [head] = text.split('\r\n\r\n')
      resolve(
        head
          .split('\r\n')
          .slice(1)
          .map((line) => line.toLowerCase()),
      )
    })
    socket.write(`GET ${path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n`)
  })
}

/** What a compressed body of an upstream is, read by the headers that come with it. */
function readPassed(coding) {
  return new Promise((resolve, reject) => {
    const asking = request({ port, path: `/passed/${coding}` }, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () => {
        const body = Buffer.concat(chunks)
        resolve(String((codings[response.headers['content-encoding']]?.[1] ?? ((bytes) => bytes))(body)))
      })
    })
    asking.on('error', reject).end()
  })
}

/** Sends a body that is larger than what Bun takes by default. */
function sendLarge(mebibytes) {
  return new Promise((resolve, reject) => {
    const chunk = new Uint8Array(1024 * 1024)
    const sending = request({ port, path: '/size', method: 'POST' }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part) => (text += part))
      response.on('end', () => resolve([response.statusCode, text]))
    })
    sending.on('error', reject)
    let left = mebibytes
    const send = () => (left-- > 0 ? sending.write(chunk, send) : sending.end())
    send()
  })
}

const report = { answers: {} }
for (const path of Object.keys(answers)) report.answers[path] = await ask(path)
report.framed = (await headersOf('/framed')).filter((line) =>
  Object.keys(framing).some((name) => line.startsWith(`${name}:`)),
)
report.large = await sendLarge(130)
report.passed = await Promise.all(Object.keys(codings).map(readPassed))
await handle.close()
upstream.close()
upstream.closeAllConnections()
console.log(JSON.stringify(report))
