// Streams that others write: a server of Python's standard library.
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { EventSource, stream, type ServerEvent, type StreamOptions } from '../../src/client/index.ts'
import { describeWith, pathOf } from '../support/component/component.ts'
import { startScript, type FixtureProcess } from '../support/component/fixture-process.ts'

const isLast = ({ data }: ServerEvent): boolean => typeof data === 'object' && data !== null && 'end' in data

function contentOf({ data }: ServerEvent): unknown {
  if (typeof data !== 'object' || data === null || !('choices' in data)) throw new Error(`Got ${String(data)}.`)
  return data.choices
}

describeWith('python3', 'a server in Python', () => {
  let server: FixtureProcess

  beforeAll(async () => {
    server = await startScript(pathOf('python3'), [], 'component/other-server.py')
  })
  afterAll(() => server?.kill())

  async function read(path: string, options?: StreamOptions): Promise<ServerEvent[]> {
    const events: ServerEvent[] = []
    for await (const event of stream(server.url + path, options)) events.push(event)
    return events
  }

  async function requests(): Promise<number> {
    return Number(await (await fetch(`${server.url}/requests`)).text())
  }

  test.each(['/lf', '/crlf', '/cr'])('%s: lines are read as they are ended, and the end is the end', async (path) => {
    const before = await requests()
    expect(await read(path)).toEqual([
      { event: 'greeting', data: { text: 'é' }, id: '1' },
      { event: 'message', data: 'two\nlines', id: '1' },
    ])
    expect(await requests()).toBe(before + 1)
  })

  const words = ['Grüß', ' dich', ', 你好', ' 😀']

  const choices = words.map((content) => [{ index: 0, delta: { content } }])

  test('[DONE] ends a stream and is no event of it', async () => {
    expect((await read('/chat')).map(contentOf)).toEqual(choices)
  })

  test('[DONE] ends a stream that is posted for as well', async () => {
    const headers = { authorization: 'Bearer abc' }
    const before = await requests()
    expect((await read('/chat', { json: { stream: true }, headers })).map(contentOf)).toEqual(choices)
    expect(await requests()).toBe(before + 1)
  })

  test('[DONE] is text where text is asked for', async () => {
    const texts = (await read('/chat', { as: 'text' })).map(({ data }) => data)
    expect(texts.slice(-2)).toEqual(['[DONE]', 'after the end'])
    expect(texts).toHaveLength(6)
  })

  test('lines of JSON are events, also the last one without a line break', async () => {
    const events = await read('/lines')
    expect(events.map(({ data }) => data)).toEqual([...words.map((word, n) => ({ n, word })), { n: 4 }])
  })

  test('an end that came too early is known by until', async () => {
    const reading = read('/lines', { until: isLast, retry: false })
    await expect(reading).rejects.toMatchObject({ code: 'ERR_STREAM_INTERRUPTED' })
  })

  test('an EventSource comes back after the end, with the last id', async () => {
    const source = new EventSource(`${server.url}/crlf`)
    onTestFinished(() => source.close())
    const ids: string[] = []
    await new Promise<void>((resolve) => {
      source.addEventListener('greeting', ({ lastEventId }) => {
        if (ids.push(lastEventId) === 3) resolve()
      })
    })
    expect(ids).toEqual(['1', '1', '1'])
  })
})
