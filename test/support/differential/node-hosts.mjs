// The server of the differential tests in this process: without a socket, and on each host that Node has.
import { createServer } from 'node:http'
import { once } from 'node:events'
import { serve, toNodeHandler } from 'tidings/node'
import { createDifferentialServer } from './routes.mjs'

/** Its `fetch`, without a socket. */
export function createFetch() {
  const server = createDifferentialServer()
  return (request) => server.fetch(request)
}

/** Listens, with `tls` over HTTP/2. */
export async function startServe(options = {}) {
  const handle = serve({ fetch: createDifferentialServer().fetch, port: 0, hostname: '127.0.0.1', ...options })
  await handle.ready
  return { port: Number(new URL(handle.url).port), stop: () => handle.close({ drainMs: 0 }) }
}

/** Listens with a `node:http` server of somebody else, in which the server is mounted. */
export async function startMount() {
  const host = createServer(toNodeHandler(createDifferentialServer())).listen(0, '127.0.0.1')
  await once(host, 'listening')
  const stop = async () => {
    host.closeAllConnections()
    host.close()
    await once(host, 'close')
  }
  return { port: host.address().port, stop }
}
