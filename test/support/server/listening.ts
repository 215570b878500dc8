// A `node:http` server of somebody else, on a free port for the length of a test.
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { onTestFinished } from 'vitest'

export interface Listening {
  readonly server: Server
  readonly url: string
  readonly port: number
}

/** Listens until the test is over; whatever is still connected then is cut. */
export async function listen(listener: RequestListener): Promise<Listening> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.')
  return { server, url: `http://127.0.0.1:${address.port}`, port: address.port }
}
