// A fake of a function url with InvokeMode: RESPONSE_STREAM: an HTTP server in front of the runtime API.
import { once } from 'node:events'
import { createServer } from 'node:http'

const delimiterSize = 8
const text = /^(text\/|application\/(json|javascript|xml|x-www-form-urlencoded)|[^;]*\+(json|xml))/

/** Listens. `onTimeout` kills the process of the function. As on Lambda, a function whose reader has gone runs on. */
export async function openFunctionUrl(api, { timeoutMs, onTimeout }) {
  const server = createServer((request, response) => {
    void readBody(request).then((body) =>
      api.invoke(toEvent(request, body), new FunctionInvocation(request, response, { timeoutMs, onTimeout })),
    )
  })
  // Longer than any test keeps a connection without a request.
  server.keepAliveTimeout = 600_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

async function readBody(request) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** The event of payload format 2.0. */
function toEvent(request, body) {
  const { cookie, 'transfer-encoding': _coding, connection: _connection, ...headers } = request.headers
  const [rawPath, rawQueryString = ''] = splitOnce(request.url, '?')
  const isText = text.test(headers['content-type'] ?? '') && Buffer.from(body.toString('utf8')).equals(body)
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/; */) }),
    headers: { ...headers, 'x-forwarded-proto': 'https', 'x-forwarded-for': request.socket.remoteAddress },
    requestContext: {
      accountId: 'anonymous',
      domainName: headers.host,
      http: { method: request.method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: request.socket.remoteAddress },
      stage: '$default',
    },
    ...(body.byteLength === 0 ? {} : { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.byteLength > 0 && !isText,
  }
}

function splitOnce(whole, mark) {
  const at = whole.indexOf(mark)
  return at === -1 ? [whole] : [whole.slice(0, at), whole.slice(at + 1)]
}

/** One request, as the runtime API tells of it. */
class FunctionInvocation {
  timeoutMs
  #request
  #response
  #options
  #timer
  #isOver = false

  constructor(request, response, options) {
    this.#request = request
    this.#response = response
    this.#options = options
    this.timeoutMs = options.timeoutMs
  }

  onStart() {
    // oxlint-disable-next-line no-restricted-globals -- the time of a function is what it is killed after
    this.#timer = setTimeout(() => {
      this.onError(`Task timed out after ${this.timeoutMs} ms`)
      this.#options.onTimeout()
    }, this.timeoutMs)
  }

  /** Passes the body on, after the head that the prelude describes; without a prelude all of it is the body of a 200. */
  async onResponse(stream, isHttp) {
    let head = isHttp ? Buffer.alloc(0) : undefined
    if (!isHttp) this.#response.writeHead(200, { 'content-type': 'application/octet-stream' })
    for await (const chunk of stream) {
      if (head === undefined) await this.#pass(chunk)
      else {
        head = Buffer.concat([head, chunk])
        const end = head.indexOf(Buffer.alloc(delimiterSize))
        if (end === -1) continue
        this.#writeHead(JSON.parse(head.subarray(0, end).toString('utf8')))
        await this.#pass(head.subarray(end + delimiterSize))
        head = undefined
      }
    }
    if (head !== undefined) throw new Error('There is no prelude.')
  }

  #writeHead({ statusCode = 200, headers = {}, cookies = [] }) {
    const names = cookies.length === 0 ? headers : { ...headers, 'set-cookie': cookies }
    this.#response.writeHead(statusCode, names)
    // `flushHeaders` would encode it as UTF-8.
    this.#response.write(Buffer.alloc(0))
  }

  async #pass(chunk) {
    if (this.#response.destroyed || chunk.byteLength === 0) return
    if (this.#response.write(chunk)) return
    const left = new AbortController()
    const onClose = () => left.abort()
    this.#response.once('close', onClose)
    await once(this.#response, 'drain', { signal: left.signal }).catch(() => {})
    this.#response.off('close', onClose)
  }

  onEnd() {
    this.#close()
    this.#response.end()
  }

  /** Before the head Lambda answers 502; after it the connection is cut. */
  onError(reason) {
    if (this.#isOver) return
    console.log(`error of ${this.#request.method} ${this.#request.url}: ${reason}`)
    this.#close()
    if (this.#response.headersSent) this.#response.destroy()
    else this.#response.writeHead(502).end('Internal Server Error')
  }

  #close() {
    this.#isOver = true
    clearTimeout(this.#timer)
  }
}
