// `useChat` of `@ai-sdk/react` in a real browser, of `ai` 7 and of `ai` 6, over its own transport and over ours.
import { describe, expect, test } from 'vitest'
import { chat, type ChatHandler } from '../../../src/ai/index.ts'
import { err } from '../../../src/server/index.ts'
import { pageRoutes, sees, useChromium } from '../../support/chat/browser-page.ts'
import { startChat, stepped, type ChatNode } from '../../support/chat/chat-node.ts'
import { describeWith } from '../../support/component/component.ts'
import { startFaultProxy } from '../../support/component/fault-proxy.ts'
import { until } from '../../support/server/asking.ts'

const ai6 = { '@ai-sdk/react': 'ai-6-react', ai: 'ai-6' }

const ways = [
  { version: 'ai 7', transport: 'stock', aliases: {} },
  { version: 'ai 7', transport: 'ours', aliases: {} },
  { version: 'ai 6', transport: 'stock', aliases: ai6 },
  { version: 'ai 6', transport: 'ours', aliases: ai6 },
] as const

function shownIn(status: string, answer: string): object {
  return { status, texts: ['user: Count', `assistant: ${answer}`] }
}

describeWith('chromium', 'useChat of @ai-sdk/react in a browser', () => {
  describeWith('chat-clients', 'with its own package', () => {
    const open = useChromium()

    describe.each(ways)('$version, transport: $transport', ({ transport, aliases }) => {
      const start = async (handler: ChatHandler): Promise<ChatNode> =>
        startChat(handler, { routes: await pageRoutes('ai-use-chat', { aliases }) })

      test('sends, regenerates and edits', async () => {
        let count = 0
        const { url } = await start(async function* ({ messages, trigger }) {
          count += 1
          const asked = messages.at(-1)?.parts.find((part) => part.type === 'text')?.text
          yield `Answer ${count} to ${asked}, ${trigger}`
        })
        const { call, shown } = await open(url, { options: { transport, isStrict: true } })
        await call('send', 'one')
        await sees(shown, { status: 'ready', texts: ['user: one', 'assistant: Answer 1 to one, submit'] })
        await call('regenerate')
        await sees(shown, { status: 'ready', texts: ['user: one', 'assistant: Answer 2 to one, regenerate'] })
        const { messages } = await shown()
        await call('send', 'uno', messages[0].id)
        await sees(shown, { status: 'ready', texts: ['user: uno', 'assistant: Answer 3 to uno, submit'] })
        expect((await shown()).told.errors).toEqual([])
      })

      test.each([false, true])('goes on after a reload in the middle (own chat: %s)', async (ownChat) => {
        const { handler, log, open: step, openAll } = stepped(['one ', 'two ', 'three'])
        const { url, ended } = await start(handler)
        const options = { transport, resume: true, isStrict: true, ownChat }
        const { page, call, shown } = await open(url, { options })
        await call('send', 'Count')
        step(0)
        await sees(shown, shownIn('streaming', 'one '))
        await page.reload()
        await sees(shown, shownIn('streaming', 'one '))
        step(1)
        await sees(shown, shownIn('streaming', 'one two '))
        await page.reload()
        await sees(shown, shownIn('streaming', 'one two '))
        openAll()
        await sees(shown, shownIn('ready', 'one two three'))
        expect(log).toEqual(['called', 'done', 'finally'])
        await until(() => ended.length > 0)
        expect(ended).toMatchObject([{ outcome: 'completed' }])
        expect((await shown()).told.errors).toEqual([])
      })

      test('stops', async () => {
        const { handler, log, open: step, openAll } = stepped(['one ', 'two'])
        const { url, ended } = await start(handler)
        const { page, call, shown } = await open(url, { options: { transport, resume: true } })
        await call('send', 'Count')
        step(0)
        await sees(shown, shownIn('streaming', 'one '))
        await call('stop')
        await sees(shown, shownIn('ready', 'one '))
        expect((await shown()).told).toMatchObject({ errors: [], finished: [{ isAbort: true }] })
        if (transport === 'ours') {
          await until(() => ended.length > 0)
          expect(log).toEqual(['called', 'finally aborted'])
          expect(ended).toMatchObject([{ outcome: 'stopped' }])
          return
        }
        // It has only left, as a reload shows.
        await page.reload()
        await sees(shown, shownIn('streaming', 'one '))
        openAll()
        await sees(shown, shownIn('ready', 'one two'))
        expect(log).toEqual(['called', 'done', 'finally'])
      })

      test('stops what it follows after a reload', async () => {
        const { handler, log, open: step } = stepped(['one ', 'two'])
        const { url, ended } = await start(handler)
        const { page, call, shown } = await open(url, { options: { transport, resume: true, isStrict: true } })
        await call('send', 'Count')
        step(0)
        await sees(shown, shownIn('streaming', 'one '))
        await page.reload()
        await sees(shown, shownIn('streaming', 'one '))
        await call('stop')
        await sees(shown, shownIn('ready', 'one '))
        if (transport === 'ours') await until(() => ended.length > 0)
        expect(log).toEqual(transport === 'ours' ? ['called', 'finally aborted'] : ['called'])
      })

      test('loses its connection in the middle', async () => {
        const { handler, log, open: step, openAll } = stepped(['one ', 'two ', 'three'])
        const { url } = await start(handler)
        const proxy = await startFaultProxy(url, () => ({}))
        const expected = /^Failed to load resource: net::ERR_|network error/
        const { page, call, shown } = await open(proxy.url, { options: { transport, resume: true }, expected })
        await call('send', 'Count')
        step(0)
        await sees(shown, shownIn('streaming', 'one '))
        proxy.cut()
        step(1)
        if (transport === 'stock') {
          await sees(shown, shownIn('error', 'one '))
          await page.reload()
        }
        await sees(shown, shownIn('streaming', 'one two '))
        openAll()
        await sees(shown, { ...shownIn('ready', 'one two three') })
        expect((await shown()).told.errors).toEqual([])
        expect(log).toEqual(['called', 'done', 'finally'])
      })

      test('runs a tool of the page, and goes on in the same message', async () => {
        const { url } = await start(async function* ({ messages, trigger }) {
          if (trigger === 'continue') {
            yield `It is ${JSON.stringify(messages.at(-1)?.parts.find((part) => 'output' in part)?.output)}.`
            return
          }
          yield 'Let me look. '
          yield { type: 'tool-input-available', toolCallId: 'c1', toolName: 'where', input: {} }
        })
        const { call, shown } = await open(url, { options: { transport } })
        await call('send', 'Count')
        await sees(shown, shownIn('ready', 'Let me look. It is {"title":"page"}.'))
        expect((await shown()).messages[1].parts).toMatchObject([
          { type: 'step-start' },
          { type: 'text', state: 'done' },
          { type: 'tool-where', state: 'output-available', output: { title: 'page' } },
          { type: 'step-start' },
          { type: 'text', state: 'done' },
        ])
      })

      test.each([true, false])('asks a person to approve a call (%s)', async (approved) => {
        const { url } = await start(async function* ({ messages, trigger }) {
          const call = { id: 'c1', name: 'pay', input: { amount: 5 } }
          if (trigger !== 'continue') {
            yield { type: 'tool-input-available', toolCallId: 'c1', toolName: 'pay', input: call.input }
            yield chat.approval(call)
            return
          }
          const part = messages.at(-1)?.parts.find((each) => 'approval' in each)
          if (JSON.stringify(part).includes('"approved":true')) {
            yield* chat.toolOutput(call, () => ({ paid: true }))
            yield 'Paid.'
          } else {
            yield { type: 'tool-output-denied', toolCallId: 'c1' }
            yield 'Not paid.'
          }
        })
        const { call, shown } = await open(url, { options: { transport } })
        await call('send', 'Count')
        await sees(shown, { status: 'ready', messages: [{}, { parts: [{}, { state: 'approval-requested' }] }] })
        const { messages } = await shown()
        await call('approve', messages[1].parts[1].approval.id, approved)
        await sees(shown, shownIn('ready', approved ? 'Paid.' : 'Not paid.'))
        expect((await shown()).messages[1].parts[1].state).toBe(approved ? 'output-available' : 'output-denied')
      })

      test('is told of data, and of errors before and behind the first word', async () => {
        let count = 0
        const { url } = await start(async function* () {
          count += 1
          if (count === 2) throw err.tooManyRequests('Come back tomorrow.')
          yield chat.data('load', { percent: 10 }, { id: 'l' })
          yield 'Half'
          yield chat.data('load', { percent: 90 }, { id: 'l' })
          yield chat.data('hint', 'soon', { transient: true })
          if (count === 3) throw new Error('the password is 1234')
        })
        const { call, shown } = await open(url, { options: { transport }, expected: /status of 429/ })
        await call('send', 'Count')
        await sees(shown, shownIn('ready', 'Half'))
        const { messages, told } = await shown()
        expect(told.data).toEqual([{ percent: 10 }, { percent: 90 }, 'soon'])
        expect(messages[1].parts.filter(({ type }: { type: string }) => type.startsWith('data-'))).toEqual([
          { type: 'data-load', id: 'l', data: { percent: 90 } },
        ])
        await call('regenerate')
        await sees(shown, { status: 'error', error: 'Come back tomorrow.', texts: ['user: Count'] })
        await call('regenerate')
        await sees(shown, { ...shownIn('error', 'Half'), error: 'An error occurred.' })
        await call('regenerate')
        await sees(shown, { ...shownIn('ready', 'Half'), error: undefined })
      })
    })
  })
})
