// The state of a chat: its messages, the answer that comes, and what waits for its end.
import type { ChatEvent, ChatMessage } from '../chat-model/index.ts'
import type { AnswerEnd } from './answer/answer.ts'
import { Following, type KnownRun } from './following.ts'
import { holdBack } from './held-back.ts'
import {
  beforeAnswer,
  findCall,
  messageToAnswer,
  messageToApprove,
  openCalls,
  withEvents,
  withoutOpenCalls,
  withText,
} from './history/history.ts'
import { toJsonValue } from './history/json-value.ts'
import { toUserMessage, type UserInput } from './history/user-message.ts'
import { LiveRuns } from './live/live-runs.ts'
import { endOfMissed } from './history/unfinished.ts'
import { createBatch } from './notify/batch.ts'
import { Listeners } from './notify/listeners.ts'
import { Saver } from './notify/saver.ts'
import { checkMessages, type CreateChatOptions } from './options.ts'
import { newQuestion, type Question } from './question.ts'
import type { ChatSnapshot } from './snapshot.ts'
import { answered, asked, overtaken, refused, snapshotOf, storableOf, type ChatState } from './state.ts'
import { ToolRunner } from './tool-runner.ts'
import { Waiting } from './waiting.ts'
import { newId } from './wire/id.ts'
import { Wire } from './wire/wire.ts'

/** The implementation of `Chat`. */
export class Conversation {
  readonly id: string
  readonly #options: CreateChatOptions
  readonly #wire: Wire
  readonly #saver: Saver
  readonly #tools = new ToolRunner()
  readonly #listeners: Listeners
  readonly #batch = createBatch(() => {
    this.#save()
    this.#listeners.tellChange()
  })
  #state: ChatState
  #following: Following | undefined
  readonly #waiting = new Waiting((message) => this.#say(message))
  readonly #live: LiveRuns
  /** Resolves once the answer that is followed has ended, and what follows from it was done. */
  #done: Promise<void> = Promise.resolve()
  /** Whether a call was answered here since then. */
  #hasAnswered = false
  #isClosed = false
  #snapshot: ChatSnapshot | undefined
  #byId: ReadonlyMap<string, ChatMessage> | undefined

  constructor(options: CreateChatOptions) {
    this.#options = options
    this.id = options.id ?? newId()
    const { messages = [], runId, server } = options
    this.#state = { messages, unfinished: server === 'other' ? undefined : runId }
    this.#wire = new Wire(options)
    this.#listeners = new Listeners(options)
    this.#saver = new Saver(messages, this.#state.unfinished, (error) => this.#listeners.report(error))
    this.#live = new LiveRuns({ options, wire: this.#wire, chatId: this.id, onNews: () => this.#followOthers() })
  }

  readonly send = async (input: string | UserInput): Promise<void> => {
    const message = toUserMessage(input)
    // Only what has to be read takes time: a message of text is in the conversation before this returns.
    await this.#add(message instanceof Promise ? await message : message)
  }

  readonly regenerate = async (messageId?: string): Promise<void> => {
    const before = beforeAnswer(this.getSnapshot().messages, messageId)
    const last = this.getSnapshot().messages[before.length]
    await this.#leave()
    await this.#ask({
      ...newQuestion(before, this.#state.messages),
      trigger: 'regenerate-message',
      messageId: messageId ?? last?.id,
    })
  }

  readonly edit = async (messageId: string, text: string): Promise<void> => {
    const messages = withText(this.getSnapshot().messages, messageId, text)
    await this.#leave()
    await this.#ask({ ...newQuestion(messages, this.#state.messages), messageId })
  }

  readonly stop = async (): Promise<void> => {
    this.#dropWaiting()
    this.#stopTools()
    const following = this.#following
    if (following === undefined) return this.#followOthers()
    if (following.isQuiet) return
    await following.stop()
    await this.#done
  }

  readonly resume = async (): Promise<boolean> => {
    if (this.#isClosed) return false
    this.#live.begin()
    if (this.#following === undefined) void this.#follow(undefined)
    let following = this.#following
    while (following !== undefined) {
      const done = this.#done
      if (await following.begun) return true
      await done
      // Where nothing is being given, that may be read which was missed.
      following = this.#following?.question === undefined ? this.#following : undefined
    }
    return false
  }

  readonly retry = async (): Promise<void> => {
    const { held, question, messages } = this.#state
    const [own] = held?.messages ?? []
    if (own !== undefined) return this.#sendHeld(own)
    if (this.#isAnswering() || messages.length === 0) return
    if (held !== undefined) return this.#ask({ ...held.question, before: messages, key: newId() })
    if (question !== undefined) return this.#ask(question.isOpen === true ? question : { ...question, key: newId() })
    if (messages.at(-1)?.role !== 'user') return this.regenerate()
    return this.#ask(newQuestion(messages))
  }

  readonly addToolOutput = async (toolCallId: string, output: unknown): Promise<void> => {
    const message = messageToAnswer(this.getSnapshot().messages, toolCallId)
    await this.#takeAnswer(message, { type: 'tool-output-available', toolCallId, output: toJsonValue(output) })
  }

  readonly addToolError = async (toolCallId: string, errorText: string): Promise<void> => {
    const message = messageToAnswer(this.getSnapshot().messages, toolCallId)
    await this.#takeAnswer(message, { type: 'tool-output-error', toolCallId, errorText })
  }

  readonly respondToApproval = async (approvalId: string, approved: boolean, reason?: string): Promise<void> => {
    const message = messageToApprove(this.getSnapshot().messages, approvalId)
    const answer = { type: 'tool-approval-response', approvalId, approved } as const
    await this.#takeAnswer(message, reason === undefined ? answer : { ...answer, reason })
  }

  readonly setMessages = (messages: readonly ChatMessage[]): void => {
    checkMessages('messages', messages)
    this.#abandon()
    this.#dropWaiting()
    this.#state = { messages: [...messages], outcome: this.#state.outcome }
    this.#touch()
  }

  readonly getSnapshot = (): ChatSnapshot => {
    this.#snapshot ??= snapshotOf(this.#state, this.#following, this.#waiting)
    return this.#snapshot
  }

  readonly getMessage = (messageId: string): ChatMessage | undefined => {
    this.#byId ??= new Map(this.getSnapshot().messages.map((message) => [message.id, message]))
    return this.#byId.get(messageId)
  }

  readonly subscribe = (listener: () => void): (() => void) => this.#listeners.subscribe(listener)

  readonly close = (): void => {
    if (!this.#isClosed) this.#save()
    this.#abandon()
    this.#dropWaiting()
    this.#isClosed = true
    this.#live.close()
    this.#batch.cancel()
    this.#listeners.clear()
  }

  #isAnswering(): boolean {
    return this.#following !== undefined && (!this.#following.isQuiet || this.#following.isOthers)
  }

  async #add(message: ChatMessage): Promise<void> {
    if (this.#isClosed) return
    if (!this.#isAnswering() && this.#waiting.count === 0 && !this.#tools.isBusy) return this.#say(message)
    return this.#wait(this.#waiting.add(message))
  }

  #wait(done: Promise<void>): Promise<void> {
    this.#touch()
    return done
  }

  /** Sends a message, behind one that was held back: each has its own answer, so that other pages see both. */
  async #say(message: ChatMessage): Promise<void> {
    const [held] = this.#state.held?.messages ?? []
    if (held === undefined) return this.#askFor(message)
    const done = this.#waiting.addFirst(message)
    await this.#askFor(held)
    await done
  }

  async #askFor(message: ChatMessage): Promise<void> {
    const before = withoutOpenCalls(this.#state.messages)
    await this.#ask(newQuestion([...before, message], before))
  }

  /** Sends a message that was held back: at once, or behind the answer that comes. */
  async #sendHeld(message: ChatMessage): Promise<void> {
    if (!this.#isAnswering() && !this.#tools.isBusy) return this.#askFor(message)
    this.#state = { ...this.#state, held: undefined }
    return this.#wait(this.#waiting.addFirst(message))
  }

  async #ask(question: Question): Promise<void> {
    if (this.#isClosed) return
    this.#abandon()
    this.#state = asked(this.#state, question)
    this.#hasAnswered = false
    await this.#follow(question)
  }

  /** Reads an answer to its end, and does what follows from it. */
  async #follow(question: Question | undefined, run?: KnownRun): Promise<void> {
    let following: Following
    const isOurs = (): boolean => this.#following === following
    try {
      following = new Following({
        options: this.#options,
        wire: this.#wire,
        chatId: this.id,
        question,
        run,
        messages: this.#state.messages,
        onEvent: (event) => isOurs() && this.#tell(event),
        onChange: () => isOurs() && this.#noteChange(following),
      })
    } catch (error) {
      return this.#refuse(error)
    }
    this.#following = following
    this.#live.note(run?.id)
    this.#touch()
    // At once: what is asked is stored before anything of its answer can be here.
    if (question !== undefined) this.#save()
    this.#done = following.read().then((end) => (isOurs() ? this.#settle(following, end) : undefined))
    await this.#done
  }

  #noteChange(following: Following): void {
    const { isQuiet, runId, isOfChat } = following
    const { unfinished = runId } = this.#state
    if (isOfChat && runId !== undefined && runId !== unfinished) return this.#readMissedFirst(following)
    this.#live.note(runId)
    if (!isQuiet) this.#state = { ...this.#state, error: undefined, outcome: undefined }
    this.#touch()
  }

  /** What is here in part of an older answer comes before the one that the chat is given now. */
  #readMissedFirst(following: Following): void {
    this.#live.add(following.runId)
    this.#following = undefined
    following.close()
    this.#followMissed()
  }

  #followMissed(): void {
    const { unfinished } = this.#state
    if (unfinished !== undefined) void this.#follow(undefined, { id: unfinished, isMissed: true })
  }

  #tell(event: ChatEvent): void {
    this.#listeners.tellEvent(event)
    this.#touch()
  }

  #settle(following: Following, end: AnswerEnd): void {
    const { question, isMissed, isOthers } = following
    const { kind, error } = isMissed ? endOfMissed(end) : end
    this.#following = undefined
    if (kind === 'nothing' && !isOthers && this.#state.unfinished !== undefined) return this.#followMissed()
    if (kind === 'nothing' || (kind === 'refused' && isOthers)) {
      this.#touch()
      this.#batch.flush()
      return this.#beginNext()
    }
    const held = kind === 'refused' && this.#options.live === true ? holdBack(question, error) : undefined
    if (held !== undefined) this.#live.add(following.fasterRunId)
    if (held !== undefined) this.#state = overtaken(held)
    else if (kind === 'refused') this.#state = refused(this.#state, following, error)
    else this.#state = answered(this.#state, following)
    this.#end()
    // A listener may have asked for something else.
    if (this.#following !== undefined || this.#isClosed) return
    const { outcome } = this.#state
    if (question?.isContinuation === true && error?.code === 'busy') void this.resume()
    else if (outcome === 'completed' && !isOthers) this.#goOn()
    else if (outcome === 'completed' || outcome === 'stopped') this.#beginNext()
    else this.#followOthers()
  }

  #end(): void {
    this.#touch()
    this.#batch.flush()
    this.#listeners.tellEnd(this.getSnapshot())
  }

  /** An answer is complete: runs the calls that are to run here, has it go on, or begins what waits. */
  #goOn(): void {
    const { messages } = this.#state
    const last = messages.at(-1)
    const open = last === undefined ? [] : openCalls(last)
    this.#tools.run(open, this.#options.tools ?? {}, (event) => this.#tellOutput(event))
    if (open.length > 0 && (this.#tools.isBusy || this.#waiting.count === 0)) return this.#followOthers()
    if (last?.role !== 'assistant' || !this.#hasAnswered || open.length > 0) return this.#beginNext()
    void this.#ask({ ...newQuestion(messages), isContinuation: true })
  }

  #tellOutput(event: ChatEvent): void {
    if (this.#isClosed || !('toolCallId' in event)) return
    const found = findCall(this.getSnapshot().messages, ({ toolCallId }) => toolCallId === event.toolCallId)
    if (found !== undefined) void this.#takeAnswer(found.message, event)
  }

  /** Takes what was answered to a call. Resolves once the answer that goes on by it, if it does, has ended. */
  async #takeAnswer(message: ChatMessage, event: ChatEvent): Promise<void> {
    this.#hasAnswered = true
    const following = this.#following
    if (following !== undefined && this.#isAnswering()) {
      following.takeOwn(event)
      return this.#wait(this.#done)
    }
    this.#state = { ...this.#state, messages: withEvents(this.#state.messages, message.id, [event]) }
    this.#touch()
    if (this.#tools.isBusy) return
    this.#goOn()
    if (this.#isAnswering()) await this.#done
  }

  #stopTools(): void {
    if (!this.#tools.isBusy) return
    this.#tools.abort()
    this.#state = { ...this.#state, messages: withoutOpenCalls(this.#state.messages), outcome: 'stopped' }
    this.#touch()
  }

  #beginNext(): void {
    if (!this.#waiting.beginNext()) this.#followOthers()
  }

  /** Follows an answer that somebody else has asked for, unless something is done here, or a question here is open. */
  #followOthers(): void {
    if (this.#isClosed || this.#following !== undefined || this.#tools.isBusy) return
    const { error, question } = this.#state
    if (error !== undefined && question?.isOpen !== undefined) return
    const runId = this.#live.next()
    if (runId !== undefined) void this.#follow(undefined, { id: runId, isMissed: false })
  }

  #dropWaiting(): void {
    if (this.#waiting.drop()) this.#touch()
  }

  /** Stops an answer that is not wanted any more, because something else is asked in its place. */
  async #leave(): Promise<void> {
    this.#dropWaiting()
    this.#stopTools()
    if (this.#isAnswering()) await this.stop()
  }

  /** Reads the answer no further. */
  #abandon(): void {
    const following = this.#following
    this.#tools.abort()
    if (following === undefined) return
    this.#state = { ...this.#state, messages: following.messages, unfinished: this.#openRunId() }
    this.#following = undefined
    following.close()
    this.#touch()
  }

  /** A message could not even be made. */
  #refuse(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    const fault = { type: 'error', code: 'invalid_request', message, retryable: false } as const
    this.#state = { ...this.#state, error: fault, outcome: 'failed' }
    this.#end()
  }

  #touch(): void {
    this.#snapshot = undefined
    this.#byId = undefined
    if (!this.#isClosed) this.#batch.schedule()
  }

  #save(): void {
    this.#saver.save(this.#options.save, storableOf(this.#state, this.#following), this.#openRunId())
  }

  /** The run of which more may come than is here. */
  #openRunId(): string | undefined {
    const following = this.#following
    return following === undefined || following.isQuiet ? this.#state.unfinished : following.openRunId
  }
}
