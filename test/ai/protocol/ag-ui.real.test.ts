// AG-UI, read by its HttpAgent, its schemas and TanStack AI.
import { expect, test } from 'vitest'
import { agUiProtocol } from '../../../src/ai/protocol/ag-ui.ts'
import type { ChatEvent } from '../../../src/chat-model/index.ts'
import { answeringFetch } from '../../support/chat/answering-fetch.ts'
import { clientPackage } from '../../support/chat/client-package.ts'
import { encodeEach, plainOptions } from '../../support/chat/encode-log.ts'
import { fixedLogs } from '../../support/chat/fixed-logs.ts'
import { dataOf } from '../../support/chat/golden-frames.ts'
import { cutLog, randomLog } from '../../support/chat/random-log.ts'
import { begun, called, cut, ended, said } from '../../support/chat/short-log.ts'
import { describeWith } from '../../support/component/component.ts'

const seeds = Array.from({ length: 100 }, (_, seed) => seed)
const outcomes = ['failed', 'stopped', 'interrupted'] as const

/** Logs of every end: whole, and cut somewhere. */
function logsOf(seed: number): readonly (readonly ChatEvent[])[] {
  const log = randomLog(seed)
  return [log, ...outcomes.map((outcome) => cutLog(log, (seed * 3) % log.length, outcome))]
}

interface Message {
  readonly id: string
  readonly role: string
  readonly content?: unknown
  readonly toolCallId?: string
  readonly toolCalls?: readonly { readonly id: string; readonly function: { readonly arguments: string } }[]
}

/** What an agent has of frames: its messages, and how it was told of the end. */
async function readFrames(frames: readonly string[]): Promise<{
  readonly messages: readonly Message[]
  readonly finished: readonly { readonly outcome?: unknown }[]
  readonly errors: readonly { readonly message: string; readonly code?: string }[]
}> {
  const { HttpAgent } = await clientPackage('@ag-ui/client')
  const fetch = async (): Promise<Response> =>
    new Response(frames.join(''), { headers: { 'content-type': agUiProtocol.contentType } })
  const agent = new HttpAgent({ url: 'http://chat/', threadId: 'c1', fetch })
  const finished: { outcome?: unknown }[] = []
  const errors: { message: string; code?: string }[] = []
  await agent.runAgent(
    { runId: 'r1' },
    {
      onRunFinishedEvent: ({ event }: { event: { outcome?: unknown } }) => void finished.push(event),
      onRunErrorEvent: ({ event }: { event: { message: string; code?: string } }) => void errors.push(event),
    },
  )
  return { messages: agent.messages, finished, errors }
}

const read = async (log: readonly ChatEvent[]): ReturnType<typeof readFrames> =>
  readFrames(encodeEach(agUiProtocol, log).flat())

/** A message of an agent that was asked by the one that answers. */
function turn(id: string, partId: string): readonly ChatEvent[] {
  return [
    { type: 'message-start', id, agent: { id: 'critic', name: 'Critic' } },
    ...said(partId, 'No.'),
    { type: 'message-end', id, reason: 'stop' },
  ]
}

describeWith('chat-clients', 'AG-UI', () => {
  test('the schemas take every frame', async () => {
    const { EventSchema } = await clientPackage('@ag-ui/core/schemas')
    const types = new Set<string>()
    for (const log of [...Object.values(fixedLogs), ...seeds.flatMap(logsOf)]) {
      for (const frame of dataOf(encodeEach(agUiProtocol, log).flat())) types.add(EventSchema.parse(frame).type)
    }
    expect(types.size).toBe(22)
  })

  test('the agent takes every log to its end: all is closed before, and it is told of it once', async () => {
    for (const seed of seeds) {
      for (const log of logsOf(seed)) {
        const { finished, errors } = await read(log)
        const last = log.at(-1)
        const hasFailed = last?.type === 'run-end' && (last.outcome === 'failed' || last.outcome === 'interrupted')
        expect([finished.length, errors.length]).toEqual(hasFailed ? [0, 1] : [1, 0])
      }
    }
  })

  test('text, calls and outputs are the messages of a history that a model takes', async () => {
    const { messages, finished } = await read([
      ...begun,
      ...said('t1', 'Let me ', 'look.'),
      ...called('c1', 'weather', 'server'),
      { type: 'tool-output-available', toolCallId: 'c1', output: { celsius: 20 } },
      ...called('c3', 'weather', 'server'),
      { type: 'tool-output-error', toolCallId: 'c3', errorText: 'No rain.' },
      ...said('t2', '20°.'),
      ...called('c2', 'locate', 'client'),
      ...ended('tool-calls'),
    ])
    expect(messages.map(({ role, content, toolCalls }) => [role, content, toolCalls?.map(({ id }) => id)])).toEqual([
      ['assistant', 'Let me look.', ['c1']],
      ['tool', '{"celsius":20}', undefined],
      ['assistant', undefined, ['c3']],
      ['tool', 'No rain.', undefined],
      ['assistant', '20°.', ['c2']],
    ])
    expect(messages[4]?.toolCalls?.[0]?.function.arguments).toBe('{"city":"Oslo"}')
    expect(finished[0]?.outcome).toEqual({ type: 'success', pendingToolCallIds: ['c2'] })
  })

  test('what is said when a message is gone on with comes after the output of its call', async () => {
    const [start] = begun
    if (start === undefined) throw new Error('no start')
    const { messages } = await read([
      start,
      { type: 'message-start', id: 'msg_earlier' },
      ...said('t1', 'It is north.'),
      ...ended(),
    ])
    expect(messages.map(({ id }) => id)).toEqual(['msg_r1-t1'])
  })

  test('thinking is a message of its own, with what the provider wants back', async () => {
    const { messages } = await read([
      ...begun,
      { type: 'reasoning-start', id: 'r1' },
      { type: 'reasoning-delta', id: 'r1', delta: 'Let me see.' },
      { type: 'reasoning-end', id: 'r1', providerMetadata: { anthropic: { signature: 'c2ln' } } },
      ...said('t1', 'Yes.'),
      ...ended(),
    ])
    expect(messages).toMatchObject([
      { role: 'reasoning', content: 'Let me see.', encryptedValue: 'c2ln' },
      { role: 'assistant', content: 'Yes.' },
    ])
  })

  test('a call that waits for a person interrupts the run', async () => {
    const { finished } = await read([
      ...begun,
      ...called('c1', 'pay', 'server'),
      { type: 'tool-approval-request', approvalId: 'a1', toolCallId: 'c1', reason: 'It costs money.' },
      ...ended(),
    ])
    expect(finished[0]?.outcome).toEqual({
      type: 'interrupt',
      interrupts: [{ id: 'a1', reason: 'tool_call', message: 'It costs money.', toolCallId: 'c1' }],
    })
  })

  test('a run that was stopped is cancelled, and one that has failed tells its code', async () => {
    const torn = [...begun, { type: 'text-start', id: 't1' }, { type: 'text-delta', id: 't1', delta: 'Half' }] as const
    const stopped = await read([...torn, ...cut('stopped')])
    expect(stopped.finished[0]?.outcome).toEqual({ type: 'cancelled' })
    expect(stopped.messages).toMatchObject([{ role: 'assistant', content: 'Half' }])
    expect((await read([...torn, ...cut('failed')])).errors).toMatchObject([
      { message: 'The model is busy.', code: 'overloaded' },
    ])
    expect((await read([...torn, ...cut('interrupted')])).errors).toMatchObject([{ code: 'interrupted' }])
  })

  test('an agent that speaks twice has two turns', async () => {
    const [start] = begun
    if (start === undefined) throw new Error('no start')
    const log = [
      start,
      ...turn('msg_r1', 't1'),
      ...turn('msg_r1_2', 't2'),
      { type: 'run-end', outcome: 'completed' },
    ] as const
    expect((await read(log)).messages).toMatchObject([{ subagentRunId: 'critic' }, { subagentRunId: 'critic_2' }])
  })

  test('a reader that joins anywhere takes the prelude and what follows', async () => {
    for (const seed of seeds) {
      const log = randomLog(seed)
      const encoder = agUiProtocol.createEncoder(plainOptions)
      const cutAt = 1 + ((seed * 11) % (log.length - 1))
      for (const event of log.slice(0, cutAt)) encoder.encode(event, JSON.stringify(event))
      const prelude = encoder.prelude?.() ?? []
      const rest = log.slice(cutAt).flatMap((event) => encoder.encode(event, JSON.stringify(event)))
      const { finished, messages } = await readFrames([...prelude, ...rest])
      expect(finished.length).toBe(1)
      // The inputs of calls are whole, also of those that had begun; not of those that were taken back meanwhile.
      const inputs = new Map(
        log.flatMap((event) => (event.type === 'tool-input-available' ? [[event.toolCallId, event.input]] : [])),
      )
      for (const { toolCalls = [] } of messages) {
        for (const call of toolCalls)
          if (inputs.has(call.id) && call.function.arguments !== '')
            expect(JSON.parse(call.function.arguments)).toEqual(inputs.get(call.id))
      }
    }
  })

  test('TanStack AI comes to the same text, and tells of a failure', async () => {
    const { ChatClient, fetchServerSentEvents } = await clientPackage('@tanstack/ai-client')
    const ask = async (log: readonly ChatEvent[]): Promise<{ text: string; error: unknown }> => {
      const { fetch } = answeringFetch(agUiProtocol, log)
      let error: unknown
      const client = new ChatClient({
        connection: fetchServerSentEvents('http://chat/', { fetchClient: fetch }),
        onError: (told: unknown) => void (error = told),
      })
      await client.sendMessage('Hi')
      const [, answer] = client.getMessages()
      const parts: readonly { type: string; content?: string }[] = answer?.parts ?? []
      return { text: parts.map(({ type, content }) => (type === 'text' ? content : '')).join(''), error }
    }
    expect(await ask([...begun, ...said('t1', 'It is ', '20°.'), ...ended()])).toEqual({ text: 'It is 20°.' })
    const failed = await ask([...begun, ...said('t1', 'Half'), ...cut('failed')])
    expect(failed.text).toBe('Half')
    expect(String(failed.error)).toMatch('The model is busy.')
  })
})
