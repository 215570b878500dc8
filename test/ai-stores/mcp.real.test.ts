// MCP over Streamable HTTP: the SDK's client on the SDK's server with our event store, and on the example, which has no SDK.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { startExample } from '../examples/running-example.ts'
import { openStoreNodes, startStoreNodes, type StoreNodes } from '../support/ai-stores/two-nodes.ts'
import { clientPackage } from '../support/chat/client-package.ts'
import { describeWith } from '../support/component/component.ts'
import { startFaultProxy } from '../support/component/fault-proxy.ts'

interface Call {
  /** What it was told meanwhile: how far it is. */
  readonly progress: number[]
  /** The text of the result, or the error. */
  readonly result: Promise<string>
  /** How many messages have answered it. */
  readonly answers: () => number
}

/** A client of the SDK, connected. `urlOf` says to which node each request goes. */
async function connect(urlOf: () => string, headers: Record<string, string> = {}) {
  const { Client } = await clientPackage('@modelcontextprotocol/sdk/client/index.js')
  const { StreamableHTTPClientTransport } = await clientPackage('@modelcontextprotocol/sdk/client/streamableHttp.js')
  const seen: { method: string; lastEventId: string | null; status: number }[] = []
  const transport = new StreamableHTTPClientTransport(new URL('http://node/mcp'), {
    requestInit: { headers },
    reconnectionOptions: {
      initialReconnectionDelay: 50,
      maxReconnectionDelay: 500,
      reconnectionDelayGrowFactor: 1.5,
      maxRetries: 20,
    },
    fetch: async (_: URL, init: RequestInit) => {
      const response = await fetch(urlOf(), init)
      const lastEventId = new Headers(init.headers).get('last-event-id')
      seen.push({ method: init.method ?? 'GET', lastEventId, status: response.status })
      return response
    },
  })
  const client = new Client({ name: 'test', version: '1' })
  await client.connect(transport)
  onTestFinished(() => client.close())
  const call = (name: string, args: object, timeout = 60_000): Call => {
    const progress: number[] = []
    let answers = 0
    const { onmessage } = transport
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- all that a transport of the SDK has
    transport.onmessage = (message: object, ...rest: unknown[]) => {
      if ('result' in message || 'error' in message) answers += 1
      onmessage.call(transport, message, ...rest)
    }
    const options = { timeout, onprogress: (told: { progress: number }) => progress.push(told.progress) }
    const result: Promise<string> = client
      .callTool({ name, arguments: args }, undefined, options)
      .then(({ content }: { content: { text: string }[] }) => content[0]?.text)
      .catch(String)
    return { progress, result, answers: () => answers }
  }
  return { call, seen, resumptions: () => seen.filter(({ lastEventId }) => lastEventId !== null) }
}

describeWith('chat-clients', 'mcpEventStore() under the SDK', () => {
  /** Those of the tests that kill none; each has streams of its own. */
  let nodes: StoreNodes
  beforeAll(async () => {
    nodes = await openStoreNodes('mcp')
  })
  afterAll(() => nodes.stop())

  test('a call tells of its progress, and is answered', async () => {
    const { one } = nodes
    const client = await connect(() => one.url)
    const { progress, result, answers } = client.call('listen', { id: 'm1' })
    await one.say('m1', 'Hello ')
    await expect.poll(() => progress).toEqual([1])
    await one.say('m1', 'world')
    await one.end('m1')
    expect(await result).toBe('Hello world')
    expect([progress, answers()]).toEqual([[1, 2], 1])
    expect(client.resumptions()).toEqual([])
  })

  test('a call that is cut off in the middle is resumed on another node, and answered once', async () => {
    const { one, other } = nodes
    const proxy = await startFaultProxy(one.url, () => ({}))
    let url = proxy.url
    const client = await connect(() => url)
    const { progress, result, answers } = client.call('listen', { id: 'm2' })
    await one.say('m2', 'a')
    await one.say('m2', 'b')
    await expect.poll(() => progress).toEqual([1, 2])
    url = other.url
    proxy.cut()
    await one.say('m2', 'c')
    await one.end('m2')
    expect(await result).toBe('abc')
    expect([progress, answers()]).toEqual([[1, 2, 3], 1])
    expect(client.resumptions()).toHaveLength(1)
  })

  test.each(['sqlite', 'redis'] as const)(
    'the node of a call is killed: its client gets what was stored, and an error in place of the answer (%s)',
    async (where) => {
      const { one, other } = await startStoreNodes('mcp', where)
      let url = one.url
      const client = await connect(() => url)
      const { progress, result, answers } = client.call('listen', { id: 'm' })
      await one.say('m', 'a')
      await expect.poll(() => progress).toEqual([1])
      url = other.url
      await one.kill()
      expect(await result).toMatch(/The server that worked on this request has ended/)
      expect([progress, answers()]).toEqual([[1], 1])
    },
  )

  test('control: with the store of the SDK nothing is left when the node is killed', async () => {
    const { one, other } = await startStoreNodes('mcp', 'own')
    let url = one.url
    const client = await connect(() => url)
    const { progress, result, answers } = client.call('listen', { id: 'm' }, 8000)
    await one.say('m', 'a')
    await expect.poll(() => progress).toEqual([1])
    url = other.url
    await one.kill()
    // The other node takes the client's id as if nothing had been missed, and says nothing: the client gives up by itself.
    expect(await result).toMatch(/Request timed out/)
    expect(client.resumptions().map(({ status }) => status)).toContain(200)
    expect([progress, answers()]).toEqual([[1], 0])
  })

  test('unknown ids, and those of other people, are told apart by nobody', async () => {
    const { one, other } = nodes
    const client = await connect(() => one.url)
    const { progress } = client.call('listen', { id: 'm3' })
    await one.say('m3', 'secret')
    await expect.poll(() => progress).toEqual([1])
    const body = {
      jsonrpc: '2.0',
      id: 9,
      method: 'tools/call',
      params: { name: 'listen', arguments: { id: 'm4' }, _meta: { progressToken: 9 } },
    }
    const headers = {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      'mcp-protocol-version': '2025-11-25',
    }
    const raw = await fetch(one.url, { method: 'POST', headers, body: JSON.stringify(body) })
    const { value } = await raw.body!.pipeThrough(new TextDecoderStream()).getReader().read()
    const id = /^id: (\S+)$/m.exec(value ?? '')?.[1] ?? ''
    expect(id).not.toBe('')
    for (const lastEventId of [id, 'x', `${'a'.repeat(25)}.2`, `${id}0000000000`]) {
      const answer = await fetch(other.url, { headers: { ...headers, 'last-event-id': lastEventId, 'x-user': 'eve' } })
      expect(answer.status).toBe(400)
      const rest = await fetch(`${other.url}/rest`, { headers: { 'last-event-id': lastEventId, 'x-user': 'eve' } })
      expect(await rest.json()).toEqual({ messages: [], error: expect.stringMatching(/There is no stream/) })
    }
    await one.say('m4', 'a')
    await one.end('m4')
    const { messages } = await (await fetch(`${other.url}/rest`, { headers: { 'last-event-id': id } })).json()
    expect(messages.at(-1)).toMatchObject({ id: 9, result: { content: [{ text: 'a' }] } })
    await one.end('m3')
  })
})

describeWith('chat-clients', 'the example of an MCP server', () => {
  test('24: a call whose connection is cut in the middle is resumed, and its result comes once', async () => {
    const { url } = await startExample('24-mcp.mjs')
    const proxy = await startFaultProxy(url, () => ({}))
    const client = await connect(() => `${proxy.url}/mcp`)
    const { progress, result, answers } = client.call('count', { to: 10 })
    await expect.poll(() => progress.length).toBeGreaterThan(1)
    proxy.cut()
    expect(await result).toBe('Counted to 10.')
    expect([progress, answers()]).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 1])
    expect(client.resumptions().map(({ status }) => status)).toEqual([200])
  })

  test('24: its process is killed in the middle: another one answers the call with an error, and only once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tidings-mcp-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const environment = { JOURNAL: join(folder, 'mcp.db'), LEASE_MS: '2000' }
    const [one, other] = [await startExample('24-mcp.mjs', environment), await startExample('24-mcp.mjs', environment)]
    let { url } = one
    const client = await connect(() => url)
    const { progress, result, answers } = client.call('count', { to: 600 })
    await expect.poll(() => progress.length).toBeGreaterThan(1)
    url = other.url
    await one.kill()
    expect(await result).toMatch(/The server that worked on this request has ended/)
    expect(progress).toEqual(Array.from(progress, (_, index) => index + 1))
    // After an error the client of the SDK comes again: it is told that there is nothing more.
    await expect.poll(() => client.resumptions().at(-1)?.status).toBe(204)
    expect(answers()).toBe(1)
  })
})
