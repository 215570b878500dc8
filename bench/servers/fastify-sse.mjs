// Fairness: `reply.sse.send` of an async generator, as its README shows for streams; logging off, as in Fastify's own
// benchmarks.
import sse from '@fastify/sse'
import fastify from 'fastify'
import { createEvent, greeting } from '../event.mjs'

/** Starts the server on a free loopback port; resolves to the port. */
export async function start() {
  const application = fastify()
  await application.register(sse)
  application.get('/stream', { sse: 'only' }, (request, reply) => reply.sse.send(toMessages(Number(request.query.n))))
  application.get('/idle', { sse: 'only' }, (_, reply) => holdOpen(reply))
  application.get('/json', async () => greeting)
  await application.listen({ port: 0, host: '127.0.0.1' })
  return application.server.address().port
}

async function* toMessages(count) {
  for (let sequence = 0; sequence < count; sequence += 1) yield { data: createEvent(sequence) }
}

function holdOpen(reply) {
  reply.sse.keepAlive()
  return reply.sse.send({ data: createEvent(0) })
}
