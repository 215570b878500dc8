// Fairness: `createEventStream` and an awaited `push` for each event, as its docs show, with its own `serve`.
import { H3, createEventStream, getQuery, serve } from 'h3'
import { createEvent, greeting } from '../event.mjs'

const application = new H3()

application.get('/stream', (event) => {
  const eventStream = createEventStream(event)
  void pushAll(eventStream, Number(getQuery(event).n))
  return eventStream.send()
})

application.get('/idle', (event) => {
  const eventStream = createEventStream(event)
  void eventStream.push(JSON.stringify(createEvent(0)))
  return eventStream.send()
})

application.get('/json', () => greeting)

/** Starts the server on a free loopback port; resolves to the port. */
export async function start() {
  const server = serve(application, { port: 0, hostname: '127.0.0.1', silent: true })
  await server.ready()
  return Number(new URL(server.url).port)
}

async function pushAll(eventStream, count) {
  for (let sequence = 0; sequence < count; sequence += 1) await eventStream.push(JSON.stringify(createEvent(sequence)))
  await eventStream.close()
}
