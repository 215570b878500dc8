// Express by hand, as most tutorials show it.
import { once } from 'node:events'
import express from 'express'
import { feed, paths } from './feed.mjs'

const application = express()
for (const path of paths) application.get(path, (request, response) => void answer(path, request, response))

async function answer(path, request, response) {
  response.set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache', Connection: 'keep-alive' })
  response.flushHeaders()
  let isOpen = true
  request.on('close', () => (isOpen = false))
  for await (const event of feed(path)) {
    if (!isOpen) return
    response.write(`data: ${JSON.stringify(event)}\n\n`)
  }
  response.end()
}

/** Starts the server on a free loopback port; resolves to the port. */
export async function start() {
  const server = application.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server.address().port
}
