// A fake of Lambda's runtime API: hands invocations to the runtime client of a function, and takes their answers.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { randomUUID } from 'node:crypto'

const base = '/2018-06-01/runtime/'
const preludeType = 'application/vnd.awslambda.http-integration-response'

/** Invocations of one function. Each is told of its answer by `onResponse(request)` or `onError(body)`. */
export class RuntimeApi {
  #server
  #waiting = []
  #queue = []
  #running = new Map()

  static async open() {
    const api = new RuntimeApi()
    api.#server = createServer((request, response) => void api.#answer(request, response)).listen(0, '127.0.0.1')
    await once(api.#server, 'listening')
    return api
  }

  get address() {
    return `127.0.0.1:${this.#server.address().port}`
  }

  /** Runs the function for `event`; `invocation` is told what becomes of it. */
  invoke(event, invocation) {
    this.#queue.push({ id: randomUUID(), event, invocation })
    this.#hand()
  }

  /** The process of the function is gone: whoever waits for it is told so. */
  fail() {
    this.#waiting = []
    for (const { invocation } of this.#running.values()) invocation.onError('The process is gone.')
    this.#running.clear()
  }

  close() {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  #hand() {
    while (this.#queue.length > 0 && this.#waiting.length > 0) {
      const response = this.#waiting.shift()
      if (response.destroyed) continue
      const work = this.#queue.shift()
      this.#running.set(work.id, work)
      response.writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': work.id,
        'lambda-runtime-deadline-ms': String(Date.now() + work.invocation.timeoutMs),
        'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-central-1:123456789012:function:tidings',
        'lambda-runtime-trace-id': 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0',
      })
      response.end(JSON.stringify(work.event))
      work.invocation.onStart()
    }
  }

  async #answer(request, response) {
    const path = request.url.slice(base.length)
    if (path === 'invocation/next') {
      this.#waiting.push(response)
      this.#hand()
      return
    }
    const [, id, kind] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? []
    const { invocation } = this.#running.get(id) ?? {}
    const isStream = kind === 'response' && request.headers['lambda-runtime-function-response-mode'] === 'streaming'
    if (invocation !== undefined && isStream) await takeStream(request, invocation)
    else {
      const text = await readAll(request)
      if (path.startsWith('init/')) console.error(`init error: ${text}`)
      invocation?.onError(`${path}: ${text}`)
    }
    this.#running.delete(id)
    response.writeHead(202).end('{"status":"OK"}')
  }
}

/** Takes an answer as it comes, with backpressure. */
async function takeStream(request, invocation) {
  const isHttp = request.headers['content-type'] === preludeType
  const isWhole = await invocation.onResponse(request, isHttp).then(
    () => true,
    () => false,
  )
  const { 'lambda-runtime-function-error-type': type, 'lambda-runtime-function-error-body': body } = request.trailers
  if (type !== undefined) invocation.onError(`${type}: ${Buffer.from(body ?? '', 'base64').toString()}`)
  else if (isWhole) invocation.onEnd()
  else invocation.onError('The answer was broken off.')
}

async function readAll(request) {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return text
}
