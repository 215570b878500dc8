// The example of an MCP server, as its comments ask it; test/ai-stores/mcp.real.test.ts asks it with the client of the SDK.
import { expect, test } from 'vitest'
import { startExample } from './running-example.ts'
import { readStream } from './stream-reader.ts'

const headers = {
  accept: 'application/json, text/event-stream',
  'content-type': 'application/json',
  'mcp-session-id': 's1',
}

test('24: a call is resumed behind any of its messages, by its session alone', async () => {
  const { url } = await startExample('24-mcp.mjs')
  const params = { name: 'count', arguments: { to: 3 }, _meta: { progressToken: 1 } }
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })
  const frames = await (await readStream(url, { method: 'POST', headers, body })).ended()
  const ids = [...frames.matchAll(/^id: (\S+)$/gm)].map(([, id = '']) => id)
  expect([...frames.matchAll(/"progress":(\d)/g)].map(([, progress]) => progress)).toEqual(['1', '2', '3'])
  expect(ids).toHaveLength(5)
  for (const [index, id] of ids.entries()) {
    const response = await fetch(url, { headers: { ...headers, 'last-event-id': id } })
    const text = await response.text()
    expect([...text.matchAll(/^id: (\S+)$/gm)].map(([, rest]) => rest)).toEqual(ids.slice(index + 1))
    expect(response.status).toBe(index === ids.length - 1 ? 204 : 200)
    const foreign = await fetch(url, { headers: { ...headers, 'mcp-session-id': 's2', 'last-event-id': id } })
    expect(foreign.status).toBe(404)
  }
})
