// workers: `serve` for platforms that listen by themselves (workerd, service workers, edge runtimes).
import { serverOf } from '../../server/internal.ts'
import type { CloseOptions, ServeHandle, ServeOptions } from '../contract/index.ts'

/**
 * Makes a worker's default export. The platform chooses address and protocol, so `port`, `hostname`, `tls` and
 * `compression` are ignored, and `url` is empty.
 *
 * @example
 * import { serve } from 'tidings/workers'
 *
 * export default serve({ fetch: server.fetch })
 */
export function serve(options: ServeOptions, onListen?: (handle: ServeHandle) => void): ServeHandle {
  const handle: ServeHandle = {
    fetch: options.fetch,
    url: '',
    ready: Promise.resolve(),
    close: async (closeOptions?: CloseOptions) => {
      const { drainMs } = closeOptions ?? {}
      await serverOf(options.fetch)?.close(drainMs === undefined ? {} : { drainMs })
    },
  }
  onListen?.(handle)
  return handle
}
