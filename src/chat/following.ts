// The answer that a chat follows: what it has come to, and how its connection does.
import {
  ChatFold,
  type ChatEvent,
  type ChatMessage,
  type ErrorEvent,
  type RunOutcome,
  type RunStart,
} from '../chat-model/index.ts'
import type { Answer, AnswerEnd } from './answer/answer.ts'
import { beforeRun, withQuestion } from './history/history.ts'
import type { CreateChatOptions } from './options.ts'
import { openAnswer, type Question } from './question.ts'
import type { ChatStatus } from './snapshot.ts'
import type { Wire } from './wire/wire.ts'

/** An answer that is followed by the id of its run. */
export interface KnownRun {
  readonly id: string
  /** Whether the conversation was stored before it was whole; else somebody else has asked for it. */
  readonly isMissed: boolean
}

/** What a {@link Following} needs. */
export interface FollowingOptions {
  readonly options: CreateChatOptions
  readonly wire: Wire
  readonly chatId: string
  /** Left out, the answer is followed that is being given, if one is. */
  readonly question: Question | undefined
  /** The answer that is to be followed. */
  readonly run?: KnownRun | undefined
  /** The conversation before the answer. */
  readonly messages: readonly ChatMessage[]
  /** Told of each event, once it was taken. */
  readonly onEvent: (event: ChatEvent) => void
  /** Told of each change of the connection. */
  readonly onChange: () => void
}

/** Follows one answer. It is read from the start on, and told of until it is closed. */
export class Following {
  readonly question: Question | undefined
  readonly #options: FollowingOptions
  readonly #answer: Answer
  #fold: ChatFold
  /** The first event of an answer that was not asked for here, and the conversation with its question. */
  #start: RunStart | undefined
  #before: readonly ChatMessage[]
  /** Whether there may be nothing to follow: nothing of it is shown yet. */
  #isQuiet: boolean
  #isLost = false
  #hasSpoken = false
  #isClosed = false
  /** Whether it is to be stopped as soon as its run is known. */
  #isUnwanted = false
  #wasStopped = false
  #tellBegun: (isThere: boolean) => void = () => {}
  #end: Promise<AnswerEnd> | undefined

  /** Resolves with whether there is an answer. */
  readonly begun: Promise<boolean>

  /** Throws what the application's functions throw that make the message. */
  constructor(options: FollowingOptions) {
    const { question, messages } = options
    this.#options = options
    this.question = question
    this.#isQuiet = question === undefined
    this.#before = messages
    this.#fold = new ChatFold(messages)
    this.begun = new Promise((resolve) => (this.#tellBegun = resolve))
    this.#answer = openAnswer({
      ...options,
      runId: options.run?.id,
      onEvent: (event) => this.#take(event),
      onConnection: (isLost) => this.#noteConnection(isLost),
    })
  }

  /** Whether it is not known yet if there is an answer. */
  get isQuiet(): boolean {
    return this.#isQuiet
  }

  /** Whether it is the answer that the chat is given at the moment, whichever that is. */
  get isOfChat(): boolean {
    return this.question === undefined && this.#options.run === undefined
  }

  /** Whether somebody else has asked for it. */
  get isOthers(): boolean {
    return this.#options.run?.isMissed === false
  }

  /** Whether the conversation was stored before it was whole. */
  get isMissed(): boolean {
    return this.#options.run?.isMissed === true
  }

  /** The run that answers, once it is known. */
  get runId(): string | undefined {
    return this.#answer.runId
  }

  /** The run for which the server has refused to begin this one. */
  get fasterRunId(): string | undefined {
    return this.#answer.fasterRunId
  }

  /** The run, as long as its server has not told how it ended. One that was interrupted may have gone on elsewhere. */
  get openRunId(): string | undefined {
    const { runId, isOfRun, isCutShort } = this.#answer
    const isOpen = this.outcome === undefined || this.outcome === 'interrupted' || isCutShort
    return isOfRun && isOpen ? runId : undefined
  }

  get status(): ChatStatus {
    if (this.#isLost) return isOffline() ? 'offline' : 'reconnecting'
    return this.#hasSpoken ? 'streaming' : 'submitted'
  }

  /** The conversation with what has come of the answer. */
  get messages(): readonly ChatMessage[] {
    return this.#fold.messages
  }

  /** The conversation to store: a message that is being continued is as it was before. */
  get storable(): readonly ChatMessage[] {
    const { question } = this
    return question?.messages.at(-1)?.role === 'assistant' ? question.messages : this.#fold.messages
  }

  get outcome(): RunOutcome | undefined {
    return this.#fold.outcome
  }

  get error(): ErrorEvent | undefined {
    return this.#fold.error
  }

  /** Whether the server has got the message, for all that is known. */
  get wasReceived(): boolean {
    return this.#answer.hasResponse
  }

  /** Reads the answer to its end. Never rejects. */
  read(): Promise<AnswerEnd> {
    this.#end ??= this.#answer.read().finally(() => this.#tellBegun(!this.#isQuiet))
    return this.#end
  }

  /** Takes what is said here of a call in the answer. */
  takeOwn(event: ChatEvent): void {
    this.#fold.take(event)
  }

  /** Reads no further; nothing more is told. */
  close(): void {
    this.#isClosed = true
    this.#answer.close()
  }

  /** Has the server stop the answer, and resolves once it has ended here. */
  async stop(): Promise<void> {
    if (this.#answer.isOfRun) await this.#stopRun()
    else this.#answer.close()
    await this.read()
  }

  #take(event: ChatEvent): void {
    if (this.#isClosed) return
    if (this.question === undefined && !this.#hasSpoken) this.#startAnew(event)
    this.#fold.take(event)
    if (event.type !== 'run-start') this.#hasSpoken = true
    this.#noteConnection(false)
    this.#options.onEvent(event)
  }

  /** An answer is told from its beginning: its question is put in its place, and what is here of it already is told again. */
  #startAnew(event: ChatEvent): void {
    if (event.type === 'run-start') {
      this.#start = event
      this.#before = withQuestion(this.#options.messages, event)
      this.#fold = new ChatFold(this.#before)
    } else if (event.type === 'message-start') {
      const { runId = '' } = this.#answer
      this.#fold = new ChatFold(beforeRun(this.#before, runId, event.id))
      this.#fold.take(this.#start ?? { ...unknownStart, runId, chatId: this.#options.chatId })
    }
  }

  #noteConnection(isLost: boolean): void {
    if (this.#isClosed) return
    if (!isLost && this.#isQuiet) {
      this.#isQuiet = false
      this.#tellBegun(true)
    }
    if (this.#isUnwanted && this.#answer.runId !== undefined) {
      this.#isUnwanted = false
      void this.#stopRun()
    }
    this.#isLost = isLost
    this.#options.onChange()
  }

  async #stopRun(): Promise<void> {
    const { wire, chatId } = this.#options
    const { runId } = this.#answer
    // Nobody waits for the network to see that an answer is not wanted, nor, who stops twice, for a head that may never come.
    if (this.#isLost || (this.#wasStopped && runId === undefined)) this.#answer.close()
    this.#wasStopped = true
    const isStopped = await wire.stop(runId ?? chatId, runId)
    if (isStopped === undefined) this.#answer.close()
    // The message may still be on its way.
    else if (!isStopped && runId === undefined) {
      this.#isUnwanted = true
      if (this.#answer.runId !== undefined) this.#noteConnection(this.#isLost)
    }
  }
}

/** The first event of an answer of which nothing else is known. */
const unknownStart = { type: 'run-start', wire: 1, protocol: 'events', at: 0 } as const

/** Whether the device says that it has no network. */
function isOffline(): boolean {
  const { navigator }: { navigator?: { onLine?: boolean } } = globalThis
  return navigator?.onLine === false
}
