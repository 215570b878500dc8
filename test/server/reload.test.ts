import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { application } from '../support/server/edited-module.ts'

beforeEach(() => void Reflect.deleteProperty(globalThis, Symbol.for('tidings.reload')))
afterEach(() => vi.unstubAllEnvs())

/** Evaluates the module, and all that it imports, once more. */
async function evaluate(): Promise<typeof application> {
  vi.resetModules()
  const module = await import('../support/server/edited-module.ts')
  onTestFinished(() => module.application.server.close())
  return module.application
}

const eventSource = { headers: { accept: 'text/event-stream', 'cache-control': 'no-cache' } }

describe('an edit in development', () => {
  it('ends the streams of the code before, and asks their readers to come back', async () => {
    const before = await evaluate()
    const response = await before.server.fetch('/waiting', eventSource)
    const after = await evaluate()
    expect(after.server).not.toBe(before.server)
    expect(await response.text()).toMatch(/^data: started\n\nretry: \d+\n$/)
    expect(before.ended).toEqual(['finally'])
    expect((await before.server.fetch('/waiting')).status).toBe(503)
    expect((await after.server.fetch('/waiting', { method: 'HEAD' })).status).toBe(200)
  })

  it('keeps the topics: a reader that comes back misses nothing, whichever code has published', async () => {
    const before = await evaluate()
    const { id } = await before.notes.publish({ text: 'one' })
    const after = await evaluate()
    await before.notes.publish({ text: 'two' })
    const response = await after.server.fetch(`/notes?lastEventId=${encodeURIComponent(id)}`)
    await after.notes.publish({ text: 'three' })
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (!text.includes('three')) text += (await reader?.read())?.value ?? expect.unreachable(text)
    expect(text).toContain('two')
    expect(text).not.toContain('one')
    await reader?.cancel()
  })

  it('tells what an end throws, and goes on', async () => {
    const { onReload } = await import('../../src/server/index.ts')
    const error = vi.spyOn(console, 'error').mockImplementation(() => {})
    onTestFinished(() => error.mockRestore())
    const broke = new Error('broke')
    onReload('one', () => Promise.reject(broke))
    onReload('one', () => {
      throw broke
    })
    onReload('one', () => {})
    onReload('other', () => {})
    await vi.waitFor(() => expect(error.mock.calls).toEqual([[broke], [broke]]))
  })
})

describe('a module that is evaluated twice in production', () => {
  it('keeps both servers, and one set of channels', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    const one = await evaluate()
    const other = await evaluate()
    expect(other.channels).toBe(one.channels)
    expect((await one.server.fetch('/waiting', { method: 'HEAD' })).status).toBe(200)
    expect((await other.server.fetch('/waiting', { method: 'HEAD' })).status).toBe(200)
    // HEAD does not open a stream, so a closed server would answer it too.
    const response = await one.server.fetch('/waiting')
    expect(response.status).toBe(200)
    await response.body?.cancel()
  })
})
