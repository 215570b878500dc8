// Runtimes without events: the clients can be imported, and stream() and fetchEventSource() read.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

/** Runs a program in a process without these globals; they are gone before the clients are imported. */
function runWithout(names: readonly string[], program: string): { readonly output: string; readonly error: string } {
  const client = new URL('../../dist/client/index.js', import.meta.url).href
  const script = `
    // Node loads its own fetch when one of these is first looked at, and that extends the classes below.
    globalThis.Headers, globalThis.Request, globalThis.Response
    for (const name of ${JSON.stringify(names)}) Reflect.deleteProperty(globalThis, name)
    const { EventSource, fetchEventSource, stream } = await import(${JSON.stringify(client)})
    const fetch = async () => new Response('id: 1\\ndata: a\\n\\n', { headers: { 'content-type': 'text/event-stream' } })
    const url = 'https://example.com/'
    ${program}`
  const cwd = fileURLToPath(new URL('.', import.meta.url))
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd,
    encoding: 'utf8',
  })
  return { output: stdout.trim(), error: stderr }
}

const events = ['EventTarget', 'Event', 'MessageEvent', 'DOMException']

test('stream() reads', () => {
  const program = 'for await (const { data } of stream(url, { fetch })) console.log(data)'
  expect(runWithout(events, program)).toEqual({ output: 'a', error: '' })
})

test('fetchEventSource() reads', () => {
  const program = 'await fetchEventSource(url, { fetch, onmessage: ({ data }) => console.log(data) })'
  expect(runWithout(events, program)).toEqual({ output: 'a', error: '' })
})

test('EventSource says what it needs', () => {
  const program = 'try { new EventSource(url) } catch (error) { console.log(error.message) }'
  expect(runWithout(events, program).output).toMatch(/needs EventTarget and Event/)
})

test('EventSource reads without MessageEvent and DOMException', () => {
  const program = `
    try { new EventSource('http://[') } catch (error) { console.log(error.name) }
    const source = new EventSource(url, { fetch })
    source.onmessage = ({ type, data, lastEventId }) => (source.close(), console.log(type, data, lastEventId))`
  expect(runWithout(['MessageEvent', 'DOMException'], program)).toEqual({
    output: 'SyntaxError\nmessage a 1',
    error: '',
  })
})

test('the clients can be imported where there is no fetch either', () => {
  const names = [...events, 'Request', 'Response', 'Headers', 'fetch']
  expect(runWithout(names, 'console.log(typeof stream)').output).toBe('function')
})
