// `reply.sse.send` of an async generator, as the README of @fastify/sse shows.
import sse from '@fastify/sse'
import fastify from 'fastify'
import { feed, paths } from './feed.mjs'

/** Starts the server on a free loopback port; resolves to the port. */
export async function start() {
  const application = fastify()
  await application.register(sse)
  for (const path of paths) application.get(path, { sse: true }, (_, reply) => reply.sse.send(toMessages(path)))
  await application.listen({ port: 0, host: '127.0.0.1' })
  return application.server.address().port
}

async function* toMessages(path) {
  for await (const data of feed(path)) yield { id: String(data.n), data }
}
