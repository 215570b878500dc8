// What the proxies' configurations that docs/deploying.md prints leave to the server: its limit of bodies, and broken answers.
import { expect, test } from 'vitest'
import { defineRoute, type AnyRoute } from '../../src/server/index.ts'
import { describeWith } from '../support/component/component.ts'
import { printed, startPrintedProxy, type ProxyName } from '../support/component/printed-proxy.ts'
import { run } from '../support/server/running.ts'
import { createGate } from '../support/time/gate.ts'

const size = defineRoute({
  method: 'POST',
  path: '/size',
  body: { accept: ['text'] },
  handler: ({ body }) => String(body).length,
})

/** An answer whose connection is cut once its reader has the first half of it, as that of a node that is killed. */
function createBroken() {
  const half = createGate()
  const broken = defineRoute({
    method: 'GET',
    path: '/broken',
    handler: () =>
      new Response(
        new ReadableStream({
          start: async (body) => {
            body.enqueue(new TextEncoder().encode('half'))
            await half.opened
            body.error(new Error('killed'))
          },
        }),
        { headers: { 'x-accel-buffering': 'no' } },
      ),
  })
  return { half, broken }
}

/** Starts `configuration` in front of a server that stands for both nodes. */
async function start(name: ProxyName, configuration: string, routes: readonly AnyRoute[]): Promise<string> {
  const { port } = await run(routes, { cors: true })
  return startPrintedProxy(name, configuration.replaceAll(/300[12]/g, String(port)))
}

/** Posts half as much again as the server takes. */
async function postTooMuch(name: ProxyName, configuration: string): Promise<Response> {
  return fetch(`${await start(name, configuration, [size])}/size`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain', origin: 'https://page.example' },
    body: 'x'.repeat(1.5 * 1024 * 1024),
  })
}

/** The text of an answer that breaks off; rejects where its reader sees that it did. */
async function readBroken(name: ProxyName, configuration: string): Promise<string> {
  const { half, broken } = createBroken()
  const response = await fetch(`${await start(name, configuration, [broken])}/broken`)
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += new TextDecoder().decode(chunk)
    half.open()
  }
  return text
}

for (const name of ['apache2', 'caddy', 'haproxy', 'nginx', 'varnish'] as const) {
  describeWith(name, `behind ${name} as printed`, () => {
    test('a body that is too large is refused by the server itself, so that a page can read why', async () => {
      const response = await postTooMuch(name, printed[name])
      expect(response.status).toBe(413)
      expect(response.headers.get('access-control-allow-origin')).toBe('*')
      expect(await response.json()).toMatchObject({ code: 413 })
    })
  })
}

// Caddy 2.6 gives such an answer a proper end, and has no setting for it.
for (const name of ['apache2', 'haproxy', 'nginx', 'varnish'] as const) {
  describeWith(name, `behind ${name} as printed`, () => {
    test('an answer that breaks off does so for its reader, too', async () => {
      await expect(readBroken(name, printed[name])).rejects.toThrow('terminated')
    })
  })
}

/** What is printed for nginx, without the line of a directive. */
function without(directive: string): string {
  const line = new RegExp(`^.*${directive} .*\n`, 'm')
  expect(printed.nginx).toMatch(line)
  return printed.nginx.replace(line, '')
}

describeWith('nginx', 'behind nginx without what is printed for it', () => {
  test('a body that is too large is refused by nginx', async () => {
    const response = await postTooMuch('nginx', without('client_max_body_size'))
    expect(response.status).toBe(413)
    expect(response.headers.get('content-type')).toBe('text/html')
  })

  test('an answer that breaks off looks whole', async () => {
    expect(await readBroken('nginx', without('proxy_http_version'))).toBe('half')
  })
})
