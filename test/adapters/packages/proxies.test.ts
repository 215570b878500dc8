// Development proxies in front of the server: http-proxy-middleware and the proxy of Vite's dev server.
import { createServer } from 'vite'
import { createProxyMiddleware } from 'http-proxy-middleware'
import { describe, expect, onTestFinished, test } from 'vitest'
import { serve } from '../../../src/adapters/node/index.ts'
import { post } from '../../support/server/asking.ts'
import { createHosted, leaveWaiting, readLive, type Hosted } from '../../support/server/hosted.ts'
import { listen } from '../../support/server/listening.ts'

/** Starts the server, and a proxy in front of it; resolves with the url of the proxy. */
type Front = (target: string) => Promise<string>

const proxies: Record<string, Front> = {
  'http-proxy-middleware': async (target) => {
    const proxy = createProxyMiddleware({ target, changeOrigin: true })
    return (await listen((request, response) => void proxy(request, response))).url
  },

  'the dev server of Vite': async (target) => {
    const vite = await createServer({
      configFile: false,
      logLevel: 'silent',
      optimizeDeps: { noDiscovery: true },
      server: { port: 0, host: '127.0.0.1', ws: false, watch: null, proxy: { '/': { target, changeOrigin: true } } },
    })
    onTestFinished(() => vite.close())
    await vite.listen()
    return vite.resolvedUrls?.local[0]?.replace(/\/$/, '') ?? ''
  },
}

async function start({ server }: Hosted, front: Front): Promise<string> {
  const handle = serve({ fetch: server.fetch, port: 0, hostname: '127.0.0.1' })
  await handle.ready
  onTestFinished(() => handle.close({ drainMs: 0 }))
  return front(handle.url)
}

describe.each(Object.entries(proxies))('behind %s', (_, front) => {
  test('each event of a stream arrives at once', async () => {
    const hosted = createHosted()
    await readLive(hosted, await start(hosted, front))
  })

  test('a reader that leaves is noticed', async () => {
    const hosted = createHosted()
    await leaveWaiting(hosted, await start(hosted, front))
  })

  test('bodies and errors pass', async () => {
    const url = await start(createHosted(), front)
    expect(await (await fetch(`${url}/words`, post({ a: 'ä' }))).text()).toContain('data: {"a":"ä"}\n\n')
    expect(await (await fetch(`${url}/missing`)).json()).toEqual({ code: 404, message: 'None.' })
  })
})
