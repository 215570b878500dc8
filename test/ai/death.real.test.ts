// What becomes of an answer whose node is killed, and of two messages that come at once on two nodes.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { protocols } from '../../src/ai/protocol/protocols.ts'
import { startScript, type FixtureProcess } from '../support/component/fixture-process.ts'
import { say, uiMessage } from '../support/chat/chat-node.ts'

async function startTwo(whileRunning: string) {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-chat-'))
  const file = join(folder, 'chat.db')
  const start = (): Promise<FixtureProcess> =>
    startScript(process.execPath, [], 'chat/chat-server.mjs', [file, whileRunning])
  const [one, other] = [await start(), await start()]
  onTestFinished(async () => {
    await one.kill()
    await other.kill()
    rmSync(folder, { recursive: true, force: true })
  })
  const linesOf = (name: string): string[] =>
    existsSync(`${file}.${name}`) ? readFileSync(`${file}.${name}`, 'utf8').trim().split('\n') : []
  return { one, other, linesOf }
}

/** How an answer ends whose node has died; nowhere is that said to be well. */
const ends: Readonly<Record<string, RegExp>> = {
  'ui-message':
    /"type":"error".*\n\n.*\n?data: \{"type":"finish","finishReason":"error"\}\n\n.*\n?data: \[DONE\]\n\n$/s,
  'openai-chat': /data: \{"error":\{.*\n\n.*\n?data: \[DONE\]\n\n$/s,
  'openai-responses': /event: error\n.*event: response\.failed\n[^\n]*\n\n$/s,
  anthropic: /event: error\n[^\n]*\n\n$/,
  'ag-ui': /data: \{"type":"RUN_ERROR"[^\n]*\n\n$/,
  events: /"code":"interrupted".*"type":"run-end","outcome":"interrupted"\}\n\n$/s,
}

test('an answer whose node is killed ends as an error in every protocol, with the same bytes for all, and is told once', async () => {
  const { one, other, linesOf } = await startTwo('reject')
  const answer = await say(one.url, uiMessage('for ever'))
  const runId = answer.headers.get('x-run-id') ?? ''
  void answer.text().catch(() => {})
  // From a place on, deltas are not joined. Heartbeats are comments: they come by the clock, not from the log.
  const read = async (name: string): Promise<string> =>
    (await (await fetch(`${other.url}/chat/${runId}/stream?startIndex=0&protocol=${name}`)).text()).replaceAll(
      /^:\n/gm,
      '',
    )
  const names = protocols.filter(({ isSse }) => isSse).map(({ name }) => name)
  const reading = names.map(read)
  await expect.poll(async () => (await fetch(`${other.url}/chat/chat-1/stream?startIndex=40`)).status).toBe(200)
  await one.kill()
  const texts = await Promise.all(reading)
  for (const [index, name] of names.entries()) {
    const text = texts[index] ?? ''
    expect(text, name).toMatch(ends[name] ?? /never^/)
    expect(await read(name), name).toBe(text)
  }
  await expect.poll(() => linesOf('ended')).toEqual([`${runId} interrupted`])
  // A dead node blocks no chat.
  expect(await (await say(other.url, uiMessage('again'))).text()).toContain('"finishReason":"')
})

test.each(['reject', 'replace', 'queue'])(
  'of two messages at the same moment on two nodes: %s',
  async (whileRunning) => {
    const { one, other, linesOf } = await startTwo(whileRunning)
    let answered = 0
    for (let round = 1; round <= 20; round += 1) {
      const message = uiMessage('for a while', `chat-${round}`)
      const answers = await Promise.all([say(one.url, message), say(other.url, message)])
      const texts = await Promise.all(answers.map((answer) => answer.text()))
      const whole = texts.filter((text) => text.endsWith('data: [DONE]\n\n'))
      answered += whole.length
      // With `reject` both are answered only if the second came when the first was over.
      const refused = answers.filter(({ status }) => status === 409)
      expect(whole.length + refused.length).toBe(2)
      if (whileRunning !== 'reject') expect(refused).toEqual([])
      if (whileRunning === 'queue') for (const text of texts) expect(text).toContain('word 3')
    }
    await expect.poll(() => linesOf('ended').length).toBe(answered)
    expect(new Set(linesOf('ended')).size).toBe(answered)
    // Nobody is answered twice at once: a handler that was replaced is told to stop, and has its time for that.
    if (whileRunning === 'replace') return
    const handlers = linesOf('handlers')
    expect(handlers).toHaveLength(2 * answered)
    for (let at = 0; at < handlers.length; at += 2) {
      const [, chatId = ''] = handlers[at]?.split(' ') ?? []
      expect(handlers.slice(at, at + 2)).toEqual([`begin ${chatId}`, `end ${chatId}`])
    }
  },
)
