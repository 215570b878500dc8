// `useChat` of `@ai-sdk/react` over our transport, in a page.
import { expect, test } from 'vitest'
import { chat, type ChatHandler } from '../../src/ai/index.ts'
import { createChatTransport, type ChatTransportOptions } from '../../src/chat/index.ts'
import { startChat, stepped } from '../support/chat/chat-node.ts'
import { clientPackage } from '../support/chat/client-package.ts'
import { cutFetch } from '../support/chat/cut-fetch.ts'
import { openDom, show } from '../support/chat/dom.ts'
import { describeWith } from '../support/component/component.ts'
import { until } from '../support/server/asking.ts'

interface Message {
  readonly id: string
  readonly role: string
  readonly parts: readonly (Record<string, unknown> & { readonly type: string })[]
}

/** What `useChat` returns, as far as it is used here. */
interface Hook {
  readonly messages: readonly Message[]
  readonly status: string
  readonly error: Error | undefined
  sendMessage(message: { text: string }): Promise<void>
  regenerate(): Promise<void>
  stop(): Promise<void>
  addToolOutput(output: { tool: string; toolCallId: string; output: unknown }): Promise<void>
}

interface Shown {
  readonly hook: () => Hook
  readonly hide: () => void
}

/** Shows a component that uses the hook. */
async function use(options: ChatTransportOptions, more: object = {}): Promise<Shown> {
  const { container } = await openDom()
  const [{ createElement }, { createRoot }, { useChat }] = await Promise.all(
    ['react', 'react-dom/client', '@ai-sdk/react'].map((name) => clientPackage(name)),
  )
  const transport = createChatTransport({ retry: { minMs: 0 }, ...options })
  let last: Hook | undefined
  const Component = (): null => {
    last = useChat({ id: 'chat-1', transport, ...more })
    return null
  }
  const hide = show(createRoot, container, createElement(Component))
  await until(() => last !== undefined)
  const hook = (): Hook => {
    if (last === undefined) throw new Error('It is not shown.')
    return last
  }
  return { hook, hide }
}

function textsOf({ messages }: Hook): string[] {
  return messages.map(
    ({ role, parts }) => `${role}: ${parts.map(({ text }) => (typeof text === 'string' ? text : '')).join('')}`,
  )
}

const speaking: ChatHandler = async function* () {
  yield chat.reasoning('Hm.')
  yield 'It is '
  const { degrees } = yield* chat.tool('weather', { city: 'Oslo' }, () => ({ degrees: 4 }))
  yield `${degrees} degrees.`
  yield chat.data('load', { percent: 40 }, { id: 'l' })
}

/** A conversation without what differs from run to run. */
function said({ messages }: Hook): unknown {
  return JSON.parse(
    JSON.stringify(messages.map(({ role, parts }) => ({ role, parts }))).replaceAll(/call_\w+/g, 'call'),
  )
}

describeWith('chat-clients', 'useChat of @ai-sdk/react', () => {
  test('sees no connection that breaks off, at any event', async () => {
    let count = 0
    const { url } = await startChat((ctx) => {
      count += 1
      return speaking(ctx)
    })
    let whole: unknown
    let cuts = 0
    for (let isCut = true, events = 1000; isCut; events = events === 1000 ? 1 : events + 1) {
      const { fetch, requests } = cutFetch([events])
      const { hook, hide } = await use({ api: `${url}/chat`, fetch }, { id: `chat-${events}` })
      await hook().sendMessage({ text: 'How is the weather?' })
      await until(() => hook().status === 'ready')
      expect(hook().error).toBeUndefined()
      whole ??= said(hook())
      expect(said(hook()), `cut after ${events} events`).toEqual(whole)
      isCut = requests.length > 1 || events === 1000
      if (requests.length > 1) cuts += 1
      hide()
    }
    expect(JSON.stringify(whole)).toContain('4 degrees.')
    expect(cuts).toBeGreaterThan(10)
    expect(count).toBe(cuts + 2)
  })

  test('stops the answer on the server', async () => {
    const { handler, log, open } = stepped(['one', 'two'])
    const { url, ended } = await startChat(handler)
    const { hook } = await use({ api: `${url}/chat` })
    const sent = hook().sendMessage({ text: 'Hello' })
    open(0)
    await until(() => textsOf(hook()).at(-1) === 'assistant: one')
    await hook().stop()
    await sent
    await until(() => hook().status === 'ready')
    expect(hook().error).toBeUndefined()
    await until(() => log.includes('finally aborted') && ended.length > 0)
    expect(ended).toMatchObject([{ outcome: 'stopped' }])
  })

  test('stops it before its first word too', async () => {
    const { handler, log } = stepped(['one'])
    const { url } = await startChat(handler)
    const { hook } = await use({ api: `${url}/chat` })
    const sent = hook().sendMessage({ text: 'Hello' })
    await until(() => log.includes('called'))
    await hook().stop()
    await sent
    await until(() => log.includes('finally aborted'))
    expect(hook().status).toBe('ready')
  })

  test('follows an answer after a reload, and none where there is none', async () => {
    const { handler, open, openAll } = stepped(['one ', 'two'])
    const { url } = await startChat(handler)
    const first = await use({ api: `${url}/chat` }, { id: 'c' })
    void first.hook().sendMessage({ text: 'Hello' })
    open(0)
    await until(() => textsOf(first.hook()).at(-1) === 'assistant: one ')
    const second = await use({ api: `${url}/chat` }, { id: 'c', resume: true })
    await until(() => textsOf(second.hook()).at(-1) === 'assistant: one ')
    openAll()
    await until(() => second.hook().status === 'ready')
    expect(textsOf(second.hook())).toEqual(['assistant: one two'])
    const third = await use({ api: `${url}/chat` }, { id: 'another', resume: true })
    await until(() => third.hook().status === 'ready')
    expect(third.hook().messages).toEqual([])
  })

  test('is told why an answer failed, before and behind its beginning', async () => {
    const { url } = await startChat(async function* ({ messages }) {
      if (messages.length > 1) yield 'Once'
      throw new Error('the password is 1234')
    })
    const { hook } = await use({ api: `${url}/chat` })
    await hook().sendMessage({ text: 'Hello' })
    await until(() => hook().status === 'error')
    expect(hook().error?.message).toBe('An error occurred.')
    await hook().sendMessage({ text: 'Again' })
    await until(() => textsOf(hook()).at(-1) === 'assistant: Once' && hook().status === 'error')
    expect(hook().error?.message).toBe('An error occurred.')
  })

  test('regenerates, and runs tools of its own', async () => {
    const { url } = await startChat(async function* ({ trigger, messages }) {
      if (trigger === 'continue') yield `It is ${JSON.stringify(messages.at(-1)?.parts.at(-1))}`
      else if (trigger === 'regenerate')
        yield { type: 'tool-input-available', toolCallId: 'c1', toolName: 'time', input: {} }
      else yield 'Hello'
    })
    const { lastAssistantMessageIsCompleteWithToolCalls } = await clientPackage('ai')
    const { hook } = await use(
      { api: `${url}/chat` },
      { sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithToolCalls },
    )
    await hook().sendMessage({ text: 'What time is it?' })
    await until(() => hook().status === 'ready')
    await hook().regenerate()
    await until(() => hook().status === 'ready' && JSON.stringify(hook().messages).includes('c1'))
    await hook().addToolOutput({ tool: 'time', toolCallId: 'c1', output: { hour: 9 } })
    await until(() => textsOf(hook()).at(-1)?.includes('"hour":9') === true)
    expect(hook().messages).toHaveLength(2)
  })
})
