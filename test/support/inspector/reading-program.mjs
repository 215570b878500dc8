// A program that reads a stream, as its first argument says, of the url that is its second.
import { Worker, isMainThread, workerData } from 'node:worker_threads'

const [way, url] = isMainThread ? process.argv.slice(2) : [workerData.way, workerData.url]

const ways = {
  /** Prints what it has read. */
  async fetch() {
    process.stdout.write(await (await fetch(url)).text())
  },
  /** The SDK of OpenAI, as its own documentation uses it. */
  async openai() {
    const { load } = await import('../../../chat-clients/load.cjs')
    const { default: OpenAI } = await load('openai')
    const client = new OpenAI({ baseURL: url, apiKey: 'abc' })
    const messages = [{ role: 'user', content: 'Hello' }]
    const stream = await client.chat.completions.create({ model: 'm', messages, stream: true })
    for await (const { choices } of stream) process.stdout.write(choices[0]?.delta.content ?? '')
  },
  worker() {
    return new Worker(new URL(import.meta.url), { workerData: { way: 'fetch', url } })
  },
  /** Whether the answer of a request for no stream, and `fetch` itself, are Node's own. */
  async plain() {
    const before = fetch
    const answer = await fetch(url)
    console.log(
      JSON.stringify({ own: answer.constructor === Response && !Object.hasOwn(answer, 'url'), name: before.name }),
    )
    await answer.text()
  },
  /** Reads a little, and waits until it is killed. */
  async hold() {
    const answer = await fetch(url)
    const reader = answer.body.getReader()
    await reader.read()
    console.log('holding')
    for (;;) if ((await reader.read()).done) return
  },
  /** Stops to read after the first piece. */
  async abort() {
    const controller = new AbortController()
    const answer = await fetch(url, { signal: controller.signal })
    const reader = answer.body.getReader()
    await reader.read()
    controller.abort()
    await reader.read().catch((error) => console.log(error.name))
  },
}

await ways[way]()
