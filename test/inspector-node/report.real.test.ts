// A Node program that reports the streams that it reads: real processes, and the built package, as it is imported.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Context } from '../../src/server/index.ts'
import { describeWith, pathOf } from '../support/component/component.ts'
import { startScript } from '../support/component/fixture-process.ts'
import { runProgram, startInspected, startProgram } from '../support/inspector/reported.ts'

async function* count(): AsyncGenerator {
  for (let n = 1; n <= 3; n += 1) yield { n }
}

async function* endless({ sleep }: Context): AsyncGenerator {
  yield 'first'
  await sleep(1e9)
}

const routes = [
  { method: 'GET', path: '/count', sse: true, handler: count },
  { method: 'GET', path: '/endless', sse: true, handler: endless },
  { method: 'GET', path: '/plain', handler: () => ({ plain: true }) },
]

/** A server that answers every request so; it counts them. */
async function answering(status: number): Promise<{ readonly address: string; readonly asked: () => number }> {
  let asked = 0
  const server = createServer((request, response) => {
    asked += 1
    request.resume()
    if (status === 0) return // It never answers.
    response.writeHead(status).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { address: `http://127.0.0.1:${port}/_tidings?token=secret-token`, asked: () => asked }
}

describe('A Node program', () => {
  it('shows the stream that it reads, to its end, though it ends at once', async () => {
    const { url, address, see } = await startInspected(routes)
    const { code, output, errors } = await runProgram(['fetch', `${url}/count`], address)
    expect([code, errors]).toEqual([0, ''])
    expect(output).toContain('data: {"n":3}')
    const streams = await see((seen) => seen.filter(({ ended }) => ended !== undefined).length === 2)
    const [read] = streams.filter(({ opened }) => opened.source === 'node')
    expect(read).toMatchObject({
      opened: { url: `${url}/count`, method: 'GET', who: expect.stringMatching(/^reading-program\.mjs \d+$/) },
      ended: { outcome: 'complete' },
    })
    expect(read?.events.map(({ data }) => data)).toEqual(['{"n":1}', '{"n":2}', '{"n":3}'])
    // What it reports with is not reported.
    expect(streams).toHaveLength(2)
  })

  it('shows the streams of its worker threads', async () => {
    const { url, address, see } = await startInspected(routes)
    expect(await runProgram(['worker', `${url}/count`], address)).toMatchObject({ code: 0, errors: '' })
    const streams = await see((seen) => seen.filter(({ ended }) => ended !== undefined).length === 2)
    expect(streams.find(({ opened }) => opened.source === 'node')?.opened.who).toMatch(/mjs \d+\.1$/)
  })

  it('leaves an answer that is no stream as it is', async () => {
    const { url, address } = await startInspected(routes)
    const { output } = await runProgram(['plain', `${url}/plain`], address)
    expect(JSON.parse(output)).toEqual({ own: true, name: 'fetch' })
  })

  it('is changed in nothing without an address', async () => {
    const { url } = await startInspected(routes)
    expect(await runProgram(['fetch', `${url}/count`], undefined)).toMatchObject({ code: 0, errors: '' })
  })

  it('ends a stream for the server at once when it aborts, and shows that', async () => {
    const { url, address, see } = await startInspected(routes)
    expect(await runProgram(['abort', `${url}/endless`], address)).toMatchObject({ code: 0, output: 'AbortError\n' })
    const streams = await see((seen) => seen.filter(({ ended }) => ended !== undefined).length === 2)
    const outcomes = Object.fromEntries(streams.map(({ opened, ended }) => [opened.source, ended?.outcome]))
    expect(outcomes).toEqual({ node: 'aborted', server: 'left' })
  })

  it('shows its open stream again, once, to a server that was killed and started again', async () => {
    const streaming = await startInspected(routes)
    const first = await startInspected()
    const reading = startProgram(['hold', `${streaming.url}/endless`], first.address)
    await first.see((seen) => seen[0]?.eventCount === 1)
    await first.close()
    const second = await startInspected([], { port: first.port })
    const [stream] = await second.see((seen) => (seen[0]?.bytes ?? 0) > 0)
    expect(stream).toMatchObject({ opened: { source: 'node' }, head: { status: 200 }, ended: undefined })
    await streaming.close()
    const after = await second.see((seen) => seen.some(({ ended }) => ended !== undefined))
    expect(after).toHaveLength(1)
    expect(await reading.ended).toMatchObject({ code: 0 })
  })
})

describe('A Node program whose inspector', () => {
  it('is away reads on, says once what is wrong, and ends', async () => {
    const { url } = await startInspected(routes)
    const gone = await startInspected()
    await gone.close()
    const { code, output, errors } = await runProgram(['fetch', `${url}/count`], gone.address)
    expect([code, output.includes('{"n":3}')]).toEqual([0, true])
    expect(errors).toMatch(
      /^tidings\/inspector\/node: The inspector at http:\S+_tidings cannot be reached \(.*ECONNREFUSED.*\)\. Start its server; it is asked again\.\n$/,
    )
  })

  it.each([
    [401, /refuses the token \(401\)\. Take the address/],
    [404, /There is no inspector at/],
    [413, /does not take what is reported \(413\): it is left out/],
    [503, /cannot be reached \(it answers 503\)/],
  ])('answers %i reads on, says so once, and ends', async (status, words) => {
    const { url } = await startInspected(routes)
    const { address, asked } = await answering(status)
    const { code, output, errors } = await runProgram(['fetch', `${url}/count`], address)
    expect([code, output.includes('{"n":3}')]).toEqual([0, true])
    expect(errors).toMatch(words)
    expect(errors.match(/tidings\/inspector\/node/g)).toHaveLength(1)
    expect(errors).not.toContain('secret-token')
    expect(asked()).toBeGreaterThan(0)
  })

  it('never answers ends all the same', async () => {
    const { url } = await startInspected(routes)
    const { address } = await answering(0)
    expect(await runProgram(['fetch', `${url}/count`], address)).toMatchObject({ code: 0 })
  })

  it.each(['nonsense', 'ftp://localhost/_tidings?token=abc', 'http://localhost/_tidings'])(
    'has the address %s is told what an address looks like',
    async (address) => {
      const { url } = await startInspected(routes)
      const { code, errors } = await runProgram(['fetch', `${url}/count`], address)
      expect(code).toBe(0)
      expect(errors).toMatch(/^tidings\/inspector\/node: TIDINGS_INSPECTOR is no address .*\?token=\.\.\.\n$/)
    },
  )
})

describeWith('python3', 'The SDK of OpenAI in a Node program', () => {
  describeWith('chat-clients', 'with the package', () => {
    it('shows the stream of a server in Python', async () => {
      const python = await startScript(pathOf('python3'), [], 'component/other-server.py')
      onTestFinished(() => python.kill())
      const { address, see } = await startInspected()
      const { code, output, errors } = await runProgram(['openai', `${python.url}/v1`], address)
      expect([code, output, errors]).toEqual([0, 'Grüß dich, 你好 😀', ''])
      const [stream] = await see((seen) => seen[0]?.ended !== undefined)
      expect(stream).toMatchObject({
        opened: { method: 'POST', url: `${python.url}/v1/chat/completions`, source: 'node' },
        head: { status: 200 },
      })
      expect(stream?.opened.requestHeaders).toMatchObject({ authorization: '[redacted]' })
      expect(stream?.opened.requestBody).toContain('"stream":true')
      expect(stream?.events.map(({ data }) => data).join('')).toContain('你好')
    })
  })
})

for (const version of ['node22', 'node24'] as const) {
  describeWith(version, `A program of ${version}`, () => {
    it('shows its streams, also those of its workers', async () => {
      const { url, address, see } = await startInspected(routes)
      expect(await runProgram(['fetch', `${url}/count`], address, pathOf(version))).toMatchObject({ errors: '' })
      expect(await runProgram(['worker', `${url}/count`], address, pathOf(version))).toMatchObject({ errors: '' })
      await see((seen) => seen.filter(({ opened, ended }) => opened.source === 'node' && ended).length === 2)
    })
  })
}
