// The page below the path of a mount: what it loads and reads is found from where it is.
import { createServer } from 'node:http'
import express from 'express'
import { Hono } from 'hono'
import { expect, onTestFinished, test } from 'vitest'
import { toNodeHandler } from '../../src/adapters/node/index.ts'
import { Server } from '../../src/adapters/server.ts'
import { inspector } from '../../src/inspector/index.ts'

function inspected(): Server {
  const server = new Server([])
  return server.use(inspector({ development: true, log: () => {} }))
}

/** Asks for the page at `url`, and for its script as a browser would find it. */
async function load(url: string, ask: (url: string) => Promise<Response>): Promise<void> {
  const page = await (await ask(url)).text()
  const [, source = ''] = /<script [^>]*src="([^"]+)"/.exec(page) ?? []
  const script = await ask(new URL(source, url).href)
  expect(script.headers.get('content-type')).toContain('text/javascript')
  const records = await ask(`${url.replace(/\/$/, '')}/records`)
  expect(records.headers.get('content-type')).toContain('text/event-stream')
  await records.body?.cancel()
}

test('in Express', async () => {
  const app = express()
  app.use('/api/v1', toNodeHandler(inspected()))
  const listener = createServer(app)
  onTestFinished(() => void listener.close())
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('It does not listen on a port.')
  const url = `http://127.0.0.1:${address.port}/api/v1/_tidings`
  await load(url, (asked) => fetch(asked))
  await load(`${url}/`, (asked) => fetch(asked))
})

test('in Hono', async () => {
  const server = inspected()
  const app = new Hono()
  app.mount('/api', (request) => server.fetch(request))
  await load('http://localhost/api/_tidings', async (url) => app.request(url))
})
