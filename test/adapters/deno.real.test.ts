import { once } from 'node:events'
import { connect } from 'node:http2'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { describeWith, pathOf } from '../support/component/component.ts'
import { startScript } from '../support/component/fixture-process.ts'
import { cert } from '../support/server/certificate.ts'
import { tryLife } from '../support/server-life/suite.ts'

// The dependencies are npm's; nothing is fetched, and no lock file is written.
const flags = ['run', '--allow-all', '--no-lock', '--node-modules-dir=manual', '--cached-only']

describeWith('deno', 'a request on Deno', () => {
  tryLife({ start: () => startScript(pathOf('deno'), flags, 'server-life/server.mjs') })
})

describeWith('deno', 'a request over HTTP/2 on Deno', () => {
  const refused = { status: 400, body: expect.objectContaining({ code: 400 }) }

  test.each([
    [
      'has its host in the headers',
      { ':path': '/a' },
      { status: 200, body: { path: '/a', host: 'h', url: 'https://h/a' } },
    ],
    [
      'may name it twice',
      { ':path': '/a', host: 'H' },
      { status: 200, body: { path: '/a', host: 'H', url: 'https://h/a' } },
    ],
    ['names two hosts', { ':path': '/a', host: 'other' }, refused],
    ['names a user', { ':path': '/a', ':authority': 'u:p@h' }, refused],
    ['is for no path', { ':path': '*' }, refused],
  ])('%s', async (_, headers, expected) => {
    const fixture = await startScript(pathOf('deno'), flags, 'server-life/secure.mjs')
    onTestFinished(() => fixture.kill())
    const session = connect(fixture.url.replace('http', 'https'), { ca: cert })
    onTestFinished(() => session.destroy())
    const stream = session.request({ ':authority': 'h', ...headers })
    const [head] = await once(stream, 'response')
    expect({ status: head[':status'], body: JSON.parse(await text(stream)) }).toEqual(expected)
  })
})
