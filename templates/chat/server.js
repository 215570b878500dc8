// A chat: one handler, and a page with <tidings-chat>. An answer survives a reload, and every AI client can read it.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { defineRoute, defineRoutes, serve, Server, Type } from 'tidings'
import { chatRoutes } from 'tidings/ai'
import { createChannels } from 'tidings/channel'

const folder = new URL('page/', import.meta.url)
const channels = createChannels() // in memory; a journal in SQLite, Redis or Postgres keeps answers over a restart
const runs = channels.runs({ owner: () => 'everybody' }) // return the user whom your guard has checked

/** Stands for a model: put a call of yours here, and yield what it streams. `sleep` ends when the answer is stopped. */
async function* answer(messages, sleep) {
  const question = messages
    .at(-1)
    .parts.map((part) => (part.type === 'text' ? part.text : ''))
    .join('')
  for (const word of `You said: **${question}** Put your model into server.js.`.split(/(?<= )/)) {
    await sleep(40)
    yield word
  }
}

const routes = defineRoutes([
  chatRoutes({
    path: '/api/chat',
    resume: runs,
    whileRunning: 'replace',
    handler: ({ messages, sleep }) => answer(messages, sleep),
  }),
  defineRoute({ method: 'GET', path: '/', handler: () => file('index.html') }),
  defineRoute({
    method: 'GET',
    path: '/bundle/:name',
    // Names, and no paths: nothing else of the disk is to be had. A part of the bundle has dots in its name.
    schema: { params: Type.Object({ name: Type.String({ pattern: '^\\w[\\w.-]*\\.(js|css)$' }) }) },
    handler: ({ params }) => file(`bundle/${params.name}`),
  }),
])

const types = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8' }

async function file(name) {
  try {
    const content = await readFile(new URL(name, folder))
    return new Response(content, { headers: { 'content-type': types[name.split('.').at(-1)] } })
  } catch {
    // Not built, or not there.
    return new Response('Not found', { status: 404 })
  }
}

export const server = new Server(routes)

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  serve({ fetch: server.fetch, port: Number(process.env.PORT ?? 3000) }, ({ url }) => console.log(url))
}
