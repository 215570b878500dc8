// Content-Type as Fetch reads it ("extract a MIME type"), in every client: of several types the last valid one counts.
import { describe, expect, onTestFinished, test } from 'vitest'
import { faces } from '../../support/client/faces.ts'
import { openScriptedServer } from '../../support/client/scripted-server.ts'
import { until } from '../../support/server/asking.ts'

const streams = [
  'text/event-stream',
  'Text/Event-Stream ;charset=utf-8',
  'text/html, text/event-stream',
  'text/event-stream, */*',
  'text/event-stream, nonsense',
  'text/event-stream;note="a, text/html"',
  'text/html;note="a;b\\"c", text/event-stream',
  ['text/html', 'text/event-stream;charset=utf-8'],
]

const others = [
  'text/event-stream, text/html',
  'text/html;note=",text/event-stream',
  ['text/event-stream', 'text/html'],
  '',
]

describe.each(Object.entries(faces))('%s', (_, read) => {
  test.each(streams)('reads %j', async (type) => {
    const { url } = await openScriptedServer((response) => {
      response.writeHead(200, { 'content-type': type }).write('data: 1\n\n')
    })
    const { data, close } = read(url)
    onTestFinished(close)
    await until(() => data.length === 1)
  })

  test.each(others)('refuses %j, and says what came and what was wanted', async (type) => {
    const { url, requests } = await openScriptedServer((response) => {
      response.writeHead(200, { 'content-type': type }).end('<p>')
    })
    const { over, close } = read(url)
    onTestFinished(close)
    const came = type === '' ? /no content-type|actual: \./i : /text\/html/
    const { message } = Object(await over)
    expect(message).toMatch(came)
    expect(message).toContain('text/event-stream')
    expect(message).toContain('(await fetch(url)).text()')
    expect(requests).toHaveLength(1)
  })
})
