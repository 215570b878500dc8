// Middleware, authorization and cookies: a group of routes requires a session, and logging out ends its streams.
//   curl -i http://localhost:3000/login -X POST  then send the cookie that it sets to /me/inbox
import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { defineRoute, defineRoutes, err, serve, Server } from 'tidings'

const users = new Map()

function login(ctx) {
  const session = randomUUID()
  users.set(session, 'Ada')
  ctx.setCookie('session', session, { httpOnly: true, sameSite: 'strict', path: '/' })
  return { welcome: 'Ada' }
}

function logout({ cookies }) {
  users.delete(cookies.session)
  return { streamsEnded: server.disconnect((ctx) => ctx.cookies.session === cookies.session) }
}

/** Refuses requests without a session. It also runs when a reader reconnects: a last event id is not a permission. */
function guard(ctx, next) {
  ctx.state.user = users.get(ctx.cookies.session)
  if (ctx.state.user === undefined) throw err.unauthorized('Log in first.')
  return next()
}

async function* inbox(ctx) {
  for (let letter = 1; ; letter += 1) {
    yield { letter, to: ctx.state.user }
    await ctx.sleep(1000)
  }
}

const routes = defineRoutes([
  defineRoute({ method: 'POST', path: '/login', handler: login }),
  {
    path: '/me',
    middleware: [guard],
    children: [
      defineRoute({ method: 'GET', path: '/inbox', sse: true, handler: inbox }),
      defineRoute({ method: 'POST', path: '/logout', handler: logout }),
    ],
  },
])

export const server = new Server(routes).use(async (ctx, next) => {
  ctx.responseHeaders.set('x-request-id', randomUUID())
  return next()
})

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  serve({ fetch: server.fetch, port: Number(process.env.PORT ?? 3000) }, ({ url }) => console.log(`${url}/login`))
}
