// `createEventStream` and `push`, as its docs show, with its own `serve`.
import { H3, createEventStream, serve } from 'h3'
import { feed, paths } from './feed.mjs'

const application = new H3()
for (const path of paths) {
  application.get(path, (event) => {
    const eventStream = createEventStream(event)
    let isOpen = true
    eventStream.onClosed(() => (isOpen = false))
    const push = async () => {
      for await (const data of feed(path)) {
        if (!isOpen) return
        await eventStream.push(JSON.stringify(data))
      }
      await eventStream.close()
    }
    void push()
    return eventStream.send()
  })
}

/** Starts the server on a free loopback port; resolves to the port. */
export async function start() {
  const server = serve(application, { port: 0, hostname: '127.0.0.1', silent: true })
  await server.ready()
  return Number(new URL(server.url).port)
}
