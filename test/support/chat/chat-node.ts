// A server with a chat, one of several over the same journal.
import { onTestFinished } from 'vitest'
import { chatRoutes, type ChatHandler, type ChatRoutesOptions, type RunResult } from '../../../src/ai/index.ts'
import { createChannels, type Channels, type Runs, type RunsOptions } from '../../../src/channel/index.ts'
import { memoryJournal, type Journal } from '../../../src/journal/index.ts'
import type { AnyRoute, Context, Server } from '../../../src/server/index.ts'
import { createGate } from '../time/gate.ts'
import { run } from '../server/running.ts'

export interface ChatNode {
  readonly url: string
  readonly server: Server
  readonly channels: Channels
  readonly runs: Runs<Context>
  /** What was reported to `onError` of the channels and of the server. */
  readonly errors: unknown[]
  /** What `onEnd` was told. */
  readonly ended: RunResult[]
}

export interface ChatNodeOptions extends Partial<Omit<ChatRoutesOptions, 'handler'>> {
  readonly journal?: Journal
  readonly ofRuns?: Partial<RunsOptions<Context>>
  /** Answers live as long as their readers. */
  readonly isBound?: boolean
  /** More routes of the server. */
  readonly routes?: readonly AnyRoute[]
}

/** The user is whom the header says. The chat is at `/chat`. */
export async function startChat(handler: ChatHandler, options: ChatNodeOptions = {}): Promise<ChatNode> {
  const { journal = memoryJournal(), ofRuns, isBound = false, routes = [], ...more } = options
  const errors: unknown[] = []
  const ended: RunResult[] = []
  const channels = createChannels({ journal, healMs: 50, onError: (error) => errors.push(error) })
  const runs = channels.runs<Context>({ owner: ({ headers }) => headers['user'] ?? 'somebody', ...ofRuns })
  const chat = chatRoutes({
    path: '/chat',
    handler,
    onEnd: (result) => void ended.push(result),
    onLoss: () => {},
    ...(!isBound && { resume: runs }),
    ...more,
  })
  const { url, server } = await run([chat, ...routes], { onError: (error) => void errors.push(error) })
  onTestFinished(() => channels.close())
  return { url, server, channels, runs, errors, ended }
}

/** A message of a user, as `useChat` sends it. */
export function uiMessage(text: string, chatId = 'chat-1'): object {
  return {
    id: chatId,
    trigger: 'submit-message',
    messages: [{ id: 'u1', role: 'user', parts: [{ type: 'text', text }] }],
  }
}

/** Sends a message. */
export function say(
  url: string,
  body: object = uiMessage('Hello'),
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${url}/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

/** Says words, each behind a gate that the test opens; `log` has what happened to the handler. */
export function stepped(words: readonly string[]) {
  const gates = words.map(() => createGate())
  const log: string[] = []
  const handler: ChatHandler = async function* ({ signal, sleep }) {
    log.push('called')
    const leaving = sleep(600_000)
    leaving.catch(() => {})
    try {
      for (const [index, word] of words.entries()) {
        await Promise.race([gates[index]?.opened, leaving])
        yield word
      }
      log.push('done')
    } finally {
      log.push(signal.aborted ? 'finally aborted' : 'finally')
    }
  }
  return {
    handler,
    log,
    open: (index: number) => gates[index]?.open(),
    openAll: () => gates.forEach((gate) => gate.open()),
  }
}

/** One frame of a stream, as it was sent. */
export interface SentFrame {
  readonly id: string
  readonly data: string
}

/** The frames of a text of SSE. */
export function framesOf(text: string): SentFrame[] {
  return text
    .split('\n\n')
    .filter((block) => block.includes('data: '))
    .map((block) => ({ id: /^id: (.*)$/m.exec(block)?.[1] ?? '', data: /^data: (.*)$/m.exec(block)?.[1] ?? '' }))
}

/** The text that UI messages say. */
export function textOf(frames: readonly SentFrame[]): string {
  return frames
    .filter(({ data }) => data.includes('"text-delta"'))
    .map(({ data }) => String(JSON.parse(data).delta))
    .join('')
}
