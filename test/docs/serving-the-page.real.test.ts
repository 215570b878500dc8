// The configuration of Vite that docs/guides/serving-the-page.md prints, in front of a server.
import { EventEmitter, once } from 'node:events'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { serve } from '../../src/adapters/node/index.ts'
import { defineRoute, Server } from '../../src/server/index.ts'
import { describeWith } from '../support/component/component.ts'
import { startProgram } from '../support/component/fixture-process.ts'
import { freePort } from '../support/component/free-port.ts'
import { eventSourceHeaders, FetchReader } from '../support/server/fetch-reader.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const page = readFileSync(join(root, 'docs', 'guides', 'serving-the-page.md'), 'utf8')
const [, config = ''] = /^```jsx\n([^]*?)^```$/m.exec(page) ?? []

describeWith('frameworks', 'the development server of Vite, as configured there', () => {
  test('passes each event on at once, and tells the server that a reader has left', async () => {
    const events = new EventEmitter()
    const feed = defineRoute({
      method: 'GET',
      path: '/api/feed',
      sse: true,
      handler: async function* ({ signal, sleep }) {
        yield 'one'
        await once(events, 'seen', { signal })
        yield 'two'
        try {
          await sleep(600_000)
        } finally {
          events.emit('left')
        }
      },
    })
    const handle = serve({ fetch: new Server([feed]).fetch, port: 0, hostname: '127.0.0.1' })
    onTestFinished(() => handle.close())
    await handle.ready

    const project = join(root, 'frameworks', 'projects', 'vite-proxy')
    rmSync(project, { recursive: true, force: true })
    mkdirSync(project, { recursive: true })
    writeFileSync(join(project, 'package.json'), '{"type":"module"}')
    writeFileSync(join(project, 'vite.config.js'), config.replace('http://127.0.0.1:3000', handle.url))
    const port = await freePort()
    const vite = await startProgram(
      process.execPath,
      [join(root, 'frameworks/node_modules/vite/bin/vite.js'), '--host', '127.0.0.1', '--port', String(port)],
      { cwd: project, env: { PATH: process.env['PATH'] }, url: `http://127.0.0.1:${port}` },
    )
    onTestFinished(() => vite.kill())

    const reader = await FetchReader.open(`${vite.url}/api/feed`, { headers: eventSourceHeaders })
    expect(await reader.until('data: one\n\n')).not.toContain('two')
    events.emit('seen')
    await reader.until('data: two\n\n')
    const left = once(events, 'left')
    reader.leave()
    await left
  })
})
