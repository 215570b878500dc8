// A chat in a runtime that has no more than React Native: started by xhr.test.ts with the url of a chat.
import { request } from 'node:http'

// Node loads its own fetch when one of these is first looked at, and that needs what is taken away below.
const known = [globalThis.Headers, globalThis.Request, globalThis.Response]
const sent = []

/** XMLHttpRequest, in as much as a chat uses of it. */
globalThis.XMLHttpRequest = class {
  readyState = 0
  status = 0
  responseText = ''
  #headers = {}
  #received

  open(method, url) {
    this.method = method
    this.url = url
    sent.push(method)
  }

  setRequestHeader(name, value) {
    this.#headers[name] = value
  }

  getAllResponseHeaders() {
    return Object.entries(this.#received)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\r\n')
  }

  abort() {}

  send(body) {
    const sending = request(this.url, { method: this.method, headers: this.#headers }, (response) => {
      this.#received = response.headers
      this.status = response.statusCode
      this.readyState = 2
      this.onreadystatechange()
      response.setEncoding('utf8')
      response.on('data', (text) => {
        this.responseText += text
        this.onprogress()
      })
      response.on('end', () => this.onload())
    })
    sending.on('error', () => this.onerror())
    sending.end(body)
  }
}
const names = [
  'ReadableStream',
  'TextDecoder',
  'TextDecoderStream',
  'TransformStream',
  'EventTarget',
  'Event',
  'DOMException',
]
for (const name of [...names, 'crypto']) Reflect.deleteProperty(globalThis, name)
Reflect.deleteProperty(AbortSignal.prototype, 'throwIfAborted')
if (known.includes(undefined)) throw new Error('This is not Node.')
globalThis.fetch = () => Promise.reject(new Error('It cannot stream.'))

const { createChat } = await import('../../dist/chat/index.js')
const chat = createChat({ url: process.argv[2] })
await chat.send('Hello')
const { status, outcome, messages } = chat.getSnapshot()
console.log(JSON.stringify({ status, outcome, sent, text: messages[1]?.parts.at(-1)?.text }))
