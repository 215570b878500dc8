// Well-formed logs of runs that look random: the same for the same seed. They are what the Normaliser would have made.
import type {
  ChatEvent,
  Citation,
  FinishReason,
  Json,
  PartKind,
  RunOutcome,
  ToolExecutor,
} from '../../../src/chat-model/index.ts'
import { createSeededRandom, type SeededRandom } from '../../../src/testing/seeded-random.ts'

export interface LogOptions {
  /** Whether steps may be taken back (default true). */
  readonly hasResets?: boolean
  /** Whether calls may be approved or refused within the run (default true). */
  readonly hasApprovals?: boolean
  /** Whether there may be several messages (default true). */
  readonly hasMessages?: boolean
  /** How many events there are before the ends, about (default 40). */
  readonly length?: number
  /** `run-start.options`. */
  readonly options?: { readonly [name: string]: Json }
}

/** The log of a run that has completed; a call may wait for its client at the end. */
export function randomLog(seed: number, options: LogOptions = {}): readonly ChatEvent[] {
  return new LogMaker(seed, options).make()
}

/** The log of the same run, had it ended otherwise after `count` of its events. */
export function cutLog(
  log: readonly ChatEvent[],
  count: number,
  outcome: Exclude<RunOutcome, 'completed'>,
): readonly ChatEvent[] {
  const kept = log.filter(({ type }) => type !== 'run-end').slice(0, Math.max(count, 1))
  const failure: ChatEvent = { type: 'error', code: 'overloaded', message: 'The model is busy.', retryable: true }
  return [...kept, ...(outcome === 'failed' ? [failure] : []), { type: 'run-end', outcome }]
}

type CallState = 'input' | 'ready' | 'asked'

interface Call {
  readonly id: string
  readonly toolName: string
  readonly executor: ToolExecutor
  readonly input: Json
  readonly text: string
  told: number
  state: CallState
  isOfStep: boolean
}

interface Text {
  readonly id: string
  readonly kind: PartKind
  length: number
  isOfStep: boolean
}

const words = [
  'Hello',
  ' wörld',
  ' 日本語',
  ' 👩‍👩‍👧',
  '\n\n- a\r\n',
  ' "quoted\\"',
  '\u2028',
  ' data: x',
  ' ',
  '{"a":1}',
  '</script>',
] as const
const inputs = [
  {},
  { city: 'Oslo' },
  { city: 'Köln 👍', days: [1, 2.5, null], deep: { a: { b: true } } },
  [],
  'plain',
  { text: 'a\nb' },
] as const

const letters: Readonly<Record<PartKind, string>> = { text: 't', reasoning: 'r', refusal: 'f' }

class LogMaker {
  readonly #random: SeededRandom
  readonly #options: LogOptions
  readonly #log: ChatEvent[] = []
  readonly #runId: string
  #texts: Text[] = []
  #calls: Call[] = []
  #count = 0
  #messages = 0
  #hasStep = false

  constructor(seed: number, options: LogOptions) {
    this.#random = createSeededRandom(seed)
    this.#options = options
    this.#runId = `run${seed}`
  }

  make(): readonly ChatEvent[] {
    this.#start()
    for (let left = this.#options.length ?? 40; left > 0; left -= 1) this.#step()
    this.#endMessage(true)
    this.#log.push({ type: 'run-end', outcome: 'completed' })
    return this.#log
  }

  #start(): void {
    const random = this.#random
    this.#log.push({
      type: 'run-start',
      wire: 1,
      runId: this.#runId,
      chatId: 'chat-1',
      protocol: 'events',
      at: 1_790_000_000_000,
      ...(random.chance(50) && { model: 'model-1' }),
      ...(random.chance(30) && { clientRunId: 'client-run' }),
      clientTools: ['ask', 'locate'],
      ...(this.#options.options !== undefined && { options: this.#options.options }),
    })
    this.#startMessage()
  }

  #startMessage(): void {
    const random = this.#random
    this.#messages += 1
    const id = this.#messages === 1 ? `msg_${this.#runId}` : `msg_${this.#runId}_${this.#messages}`
    const agent = { id: 'a1', ...(random.chance(50) && { name: 'Researcher' }) }
    this.#log.push({
      type: 'message-start',
      id,
      ...(this.#messages > 1 && random.chance(50) && { agent }),
      ...(random.chance(30) && { metadata: { started: this.#messages } }),
    })
  }

  #endMessage(isLast: boolean): void {
    for (const text of this.#texts) this.#endText(text)
    for (const call of this.#calls) this.#finish(call, isLast)
    this.#calls = []
    if (this.#hasStep) this.#endStep()
    this.#log.push({
      type: 'message-end',
      id: this.#messages === 1 ? `msg_${this.#runId}` : `msg_${this.#runId}_${this.#messages}`,
      reason: this.#random.pick<FinishReason>([
        'stop',
        'length',
        'content-filter',
        'refusal',
        'tool-calls',
        'pause',
        'other',
      ]),
      ...(this.#random.chance(70) && { usage: { inputTokens: 10, outputTokens: 20, reasoningTokens: 5 } }),
      ...(this.#random.chance(30) && { metadata: { ended: this.#messages } }),
    })
  }

  #step(): void {
    const dice = this.#random.number(100)
    if (dice < 40) this.#say()
    else if (dice < 65) this.#call()
    else if (dice < 80) this.#attach()
    else if (dice < 92) this.#steps()
    else if (dice < 95)
      this.#log.push({ type: 'message-metadata', metadata: { at: this.#log.length, deep: { [`k${dice}`]: true } } })
    else if (dice < 97 && this.#options.hasMessages !== false) {
      this.#endMessage(false)
      this.#startMessage()
    }
  }

  #say(): void {
    const random = this.#random
    const [text] = this.#texts.slice(random.number(this.#texts.length + 1))
    if (text === undefined) return this.#startText()
    if (random.chance(15)) return this.#endText(text)
    if (text.kind === 'text' && text.length > 0 && random.chance(10)) return this.#cite(text)
    const delta = random.pick(words)
    text.length += delta.length
    const signature = text.kind === 'reasoning' &&
      random.chance(20) && { providerMetadata: { anthropic: { signature: 'c2ln' } } }
    this.#log.push({ type: `${text.kind}-delta`, id: text.id, delta, ...signature })
  }

  #startText(): void {
    const kind = this.#random.pick<PartKind>(['text', 'text', 'text', 'reasoning', 'refusal'])
    const id = `${letters[kind]}${(this.#count += 1)}`
    this.#texts.push({ id, kind, length: 0, isOfStep: true })
    this.#log.push({ type: `${kind}-start`, id })
  }

  #endText(text: Text): void {
    this.#texts = this.#texts.filter((other) => other !== text)
    this.#log.push({ type: `${text.kind}-end`, id: text.id })
  }

  #cite({ id, length }: Text): void {
    const source: Citation['source'] = this.#random.chance(70)
      ? { kind: 'url', url: `https://example.com/${this.#random.number(3)}`, title: 'A page' }
      : { kind: 'document', mediaType: 'application/pdf', title: 'A paper' }
    this.#log.push({ type: 'citation', partId: id, source, startIndex: 0, endIndex: length, citedText: 'words' })
  }

  #call(): void {
    const random = this.#random
    const [call] = this.#calls.slice(random.number(this.#calls.length + 1))
    if (call === undefined) return this.#startCall()
    if (call.state === 'input') return this.#tellInput(call)
    if (call.executor === 'client' && call.state === 'ready') return
    if (call.state === 'ready' && this.#options.hasApprovals !== false && random.chance(20)) return this.#ask(call)
    if (random.chance(20) && call.state === 'ready') {
      this.#log.push({ type: 'tool-output-available', toolCallId: call.id, output: { percent: 50 }, preliminary: true })
    } else this.#output(call)
  }

  #startCall(): void {
    const random = this.#random
    const executor = random.pick<ToolExecutor>(['client', 'server', 'provider'])
    const toolName = executor === 'client' ? random.pick(['ask', 'locate']) : random.pick(['weather', 'search'])
    const input = random.pick<Json>(inputs)
    const id = `call_${(this.#count += 1)}`
    const call: Call = {
      id,
      toolName,
      executor,
      input,
      text: JSON.stringify(input),
      told: 0,
      state: 'input',
      isOfStep: true,
    }
    this.#calls.push(call)
    if (random.chance(20)) return this.#complete(call)
    const more = { ...(random.chance(20) && { title: 'A tool' }), ...(random.chance(20) && { dynamic: true }) }
    this.#log.push({ type: 'tool-input-start', toolCallId: id, toolName, executor, ...more })
  }

  #tellInput(call: Call): void {
    const random = this.#random
    if (call.told === call.text.length) return random.chance(90) ? this.#complete(call) : this.#spoil(call)
    const step = 1 + random.number(8)
    const part = Array.from(call.text.slice(call.told)).slice(0, step).join('')
    call.told += part.length
    this.#log.push({ type: 'tool-input-delta', toolCallId: call.id, inputTextDelta: part })
  }

  #complete(call: Call): void {
    const { id: toolCallId, toolName, input, executor } = call
    call.state = 'ready'
    const start = this.#log.find((event) => event.type === 'tool-input-start' && event.toolCallId === toolCallId)
    const dynamic = start !== undefined && 'dynamic' in start && { dynamic: true }
    this.#log.push({ type: 'tool-input-available', toolCallId, toolName, input, executor, ...dynamic })
  }

  #spoil(call: Call): void {
    const { id: toolCallId, toolName, text, executor } = call
    this.#calls = this.#calls.filter((other) => other !== call)
    this.#log.push({
      type: 'tool-input-error',
      toolCallId,
      toolName,
      input: text,
      errorText: 'Not what the tool takes.',
      executor,
    })
  }

  #ask(call: Call): void {
    const [toolCallId, approvalId] = [call.id, `approve_${call.id}`]
    call.state = 'asked'
    // Only what needs no person is answered within the run.
    const isAutomatic = this.#random.chance(50)
    const extra = isAutomatic ? { extra: { isAutomatic } } : { reason: 'It costs money.', extra: { signature: 'abc' } }
    this.#log.push({ type: 'tool-approval-request', approvalId, toolCallId, ...extra })
    if (!isAutomatic) return
    const approved = this.#random.chance(70)
    this.#log.push({ type: 'tool-approval-response', approvalId, approved })
    if (approved) return this.#output(call)
    this.#calls = this.#calls.filter((other) => other !== call)
    this.#log.push({ type: 'tool-output-denied', toolCallId })
  }

  #output(call: Call): void {
    // A call that waits for a person has no output in this run.
    if (call.state === 'asked' && this.#log.at(-1)?.type !== 'tool-approval-response') return
    const { id: toolCallId } = call
    this.#calls = this.#calls.filter((other) => other !== call)
    if (this.#random.chance(80))
      this.#log.push({ type: 'tool-output-available', toolCallId, output: { celsius: 20, sky: ['☁️'] } })
    else this.#log.push({ type: 'tool-output-error', toolCallId, errorText: 'The tool has failed.' })
  }

  #finish(call: Call, isLast: boolean): void {
    while (call.state === 'input' && this.#calls.includes(call)) this.#tellInput(call)
    const waits = call.executor === 'client' || call.state === 'asked'
    if (this.#calls.includes(call) && !(waits && isLast)) {
      this.#log.push({ type: 'tool-output-error', toolCallId: call.id, errorText: 'Not waited for.' })
    }
  }

  #attach(): void {
    const random = this.#random
    const id = `s${(this.#count += 1)}`
    this.#log.push(
      random.pick<ChatEvent>([
        {
          type: 'source',
          id,
          source: { kind: 'url', url: `https://example.com/${random.number(3)}`, title: 'A page' },
        },
        {
          type: 'source',
          id,
          source: { kind: 'document', mediaType: 'text/plain', title: 'A note', filename: 'note.txt' },
        },
        { type: 'file', url: 'data:image/png;base64,iVBORw0KGgo=', mediaType: 'image/png', filename: 'a.png' },
        { type: 'file', url: 'data:text/plain;base64,aGk=', mediaType: 'text/plain', isReasoning: true },
        { type: 'data', name: 'weather', id: `w${random.number(2)}`, data: { celsius: random.number(30) } },
        { type: 'data', name: 'note', data: 'a string' },
        { type: 'data', name: 'progress', data: { percent: random.number(100) }, transient: true },
        { type: 'custom', name: 'thing', value: { any: [null, 1] } },
      ]),
    )
  }

  #steps(): void {
    const random = this.#random
    if (!this.#hasStep) {
      this.#hasStep = true
      for (const open of [...this.#texts, ...this.#calls]) open.isOfStep = false
      this.#log.push({ type: 'step-start', ...(random.chance(30) && { name: 'think' }) })
    } else if (this.#options.hasResets !== false && random.chance(30)) {
      // Nothing more comes for what was taken back.
      this.#texts = this.#texts.filter(({ isOfStep }) => !isOfStep)
      this.#calls = this.#calls.filter(({ isOfStep }) => !isOfStep)
      this.#log.push({ type: 'step-reset' })
    } else this.#endStep()
  }

  #endStep(): void {
    this.#hasStep = false
    const usage = this.#random.chance(50) && { usage: { inputTokens: 3, outputTokens: 4 } }
    this.#log.push({ type: 'step-end', reason: 'stop', ...usage, ...(this.#random.chance(30) && { model: 'model-2' }) })
  }
}
