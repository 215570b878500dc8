// A server on a free port for the length of a test.
import { onTestFinished } from 'vitest'
import { serve } from '../../../src/adapters/node/index.ts'
import { Server } from '../../../src/adapters/server.ts'
import type { AnyRoute, RouteGroup, ServerOptions } from '../../../src/server/index.ts'
import type { ServeHandle, ServeOptions } from '../../../src/adapters/contract/index.ts'

export interface Running {
  readonly server: Server
  readonly handle: ServeHandle
  readonly url: string
  readonly port: number
}

/** Serves `routes` until the test is over. Errors are not printed unless the test says so. */
export async function run(
  routes: readonly (AnyRoute | RouteGroup)[],
  options: ServerOptions = {},
  serveOptions: Partial<ServeOptions> = {},
): Promise<Running> {
  const server = new Server(routes, { onError: () => {}, ...options })
  const handle = serve({ fetch: server.fetch, port: 0, hostname: '127.0.0.1', ...serveOptions })
  await handle.ready
  onTestFinished(() => handle.close({ drainMs: 200 }))
  return { server, handle, url: handle.url, port: Number(new URL(handle.url).port) }
}
