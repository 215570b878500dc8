// Routes that answer once, with what the handler returns: a value as JSON, text, nothing (204), or a Response.
//   curl http://localhost:3000/books
//   curl -i http://localhost:3000/books -H 'content-type: application/json' -d '{"title":"Emma","year":1815}'
import { fileURLToPath } from 'node:url'
import { defineRoute, defineRoutes, err, json, serve, Server, Type } from 'tidings'

const books = new Map([['1', { title: 'Middlemarch', year: 1871 }]])
const Book = Type.Object({ title: Type.String({ minLength: 1 }), year: Type.Integer() })

function add({ body }) {
  const id = String(books.size + 1)
  books.set(id, body)
  return json({ id, ...body }, { status: 201, headers: { location: `/books/${id}` } })
}

function get({ params }) {
  const book = books.get(params.id)
  if (book === undefined) throw err.notFound(`There is no book ${params.id}.`)
  return { id: params.id, ...book }
}

const routes = defineRoutes([
  defineRoute({ method: 'GET', path: '/books', handler: () => Object.fromEntries(books) }),
  defineRoute({ method: 'POST', path: '/books', schema: { body: Book }, handler: add }),
  defineRoute({ method: 'GET', path: '/books/:id', handler: get }),
  defineRoute({ method: 'DELETE', path: '/books/:id', handler: ({ params }) => void books.delete(params.id) }),
  defineRoute({ method: 'GET', path: '/health', handler: () => 'Well, thank you.' }),
])

export const server = new Server(routes)

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  serve({ fetch: server.fetch, port: Number(process.env.PORT ?? 3000) }, ({ url }) => console.log(`${url}/books`))
}
