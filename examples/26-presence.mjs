// Presence: a chat room that shows who is here. Open it in two windows, reload one, close one.
//   curl -N 'http://localhost:3000/room?name=Ada'     (comes)
//   curl -N http://localhost:3000/people              (sees who comes and goes)
//   curl http://localhost:3000/room -H 'content-type: application/json' -d '{"name":"Ada","text":"Hello"}'
import { fileURLToPath } from 'node:url'
import { defineRoute, defineRoutes, serve, Server, Type } from 'tidings'
import { createChannels, createPresence } from 'tidings/channel'

const channels = createChannels()
const Name = Type.String({ minLength: 1, maxLength: 40, pattern: '^[^\\x00-\\x1f\\x7f-\\x9f]+$' })
const Message = Type.Object({ name: Name, text: Type.String({ minLength: 1, maxLength: 1000 }) })
const room = channels.topic('room', { schema: Message })

// Whoever has a name may come: an application would take the id from a session that a guard has checked.
const presence = createPresence(channels, {
  member: ({ query }) => ({ id: query.name.toLowerCase(), info: { name: query.name } }),
})

const page = `<!doctype html>
<title>Room</title>
<p>Here: <span id="people"></span></p>
<ul></ul>
<form><input name="text" placeholder="Say something" autocomplete="off" required></form>
<script type="module">
  const name = (sessionStorage.name ??= prompt('Your name?') || 'Guest')
  const people = new Map()
  const show = () => (document.querySelector('#people').textContent = [...people.values()].join(', '))
  const on = (source, event, change) => source.addEventListener(event, ({ data }) => change(JSON.parse(data)))

  const here = new EventSource('/people')
  on(here, 'presence', ({ members }) => {
    people.clear()
    for (const { id, info } of members) people.set(id, info.name)
    show()
  })
  on(here, 'join', ({ id, info }) => show(people.set(id, info.name)))
  on(here, 'update', ({ id, info }) => show(people.set(id, info.name)))
  on(here, 'leave', ({ id }) => show(people.delete(id)))

  const messages = new EventSource('/room?name=' + encodeURIComponent(name))
  on(messages, 'message', ({ name, text }) => {
    const item = document.createElement('li')
    item.textContent = name + ': ' + text
    document.querySelector('ul').append(item)
  })

  const form = document.querySelector('form')
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const body = JSON.stringify({ name, text: form.text.value })
    form.reset()
    await fetch('/room', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  })
</script>
`

const routes = defineRoutes([
  defineRoute({
    method: 'GET',
    path: '/',
    handler: () => new Response(page, { headers: { 'content-type': 'text/html; charset=utf-8' } }),
  }),
  defineRoute({
    method: 'GET',
    path: '/room',
    sse: true,
    schema: { query: Type.Object({ name: Name }) },
    handler: (ctx) => room.subscribe({ after: ctx.lastEventId, member: presence.member(ctx) }),
  }),
  defineRoute({
    method: 'POST',
    path: '/room',
    schema: { body: Message },
    handler: ({ body }) => room.publish(body),
  }),
  defineRoute({ method: 'GET', path: '/people', sse: true, handler: () => presence.subscribe(room) }),
])

export const server = new Server(routes)

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  serve({ fetch: server.fetch, port: Number(process.env.PORT ?? 3000) }, ({ url }) => console.log(url))
}
