// `<tidings-chat>`: a chat in a page.
import { TidingsError } from '../base/index.ts'
import type { Chat, ChatSnapshot, CreateChatOptions } from '../chat/index.ts'
import { setAttribute } from './dom/make.ts'
import { englishLabels, type ChatLabels } from './labels.ts'
import type { KeptIn, KeptMessages } from './kept.ts'
import { openOwnChat, type ChatToken, type ElementChatOptions } from './own-chat.ts'
import { adoptStyles } from './style/sheet.ts'
import type { RenderData, Surroundings } from './surroundings.ts'
import { ChatView } from './view/chat-view.ts'
import type { Draft } from './view/composer.ts'

/** On a server there are no elements: the class can be imported there, and nothing is made of it. */
const Base: typeof HTMLElement = Reflect.get(globalThis, 'HTMLElement') ?? Object

const attributes = ['url', 'chat-id', 'keep', 'attach', 'max-file-bytes', 'placeholder', 'heading', 'locale'] as const

/** What changes how the chat is shown. */
const looks: readonly string[] = ['attach', 'max-file-bytes', 'locale'] satisfies (typeof attributes)[number][]

/** The default of `limits.maxFileBytes` of `chatRoutes()`. */
const defaultMaxFileBytes = 10_485_760

/** Properties that a page may have set before the element was defined. */
const properties = [
  'url',
  'chatId',
  'attach',
  'maxFileBytes',
  'chat',
  'headers',
  'token',
  'options',
  'labels',
  'renderData',
] as const

/**
 * A chat in a page: `<tidings-chat url="/api/chat"></tidings-chat>`. It is made of a chat of `createChat()`, which it opens by its
 * attributes and properties, or is given as `chat`. Its events bubble: `chat-send`, `chat-status`, `chat-end`, `chat-error`,
 * `chat-data` and `chat-custom`.
 */
export class TidingsChatElement extends Base {
  /** The attributes that are read anew when they change. */
  static readonly observedAttributes: readonly string[] = attributes
  #view: ChatView | undefined
  #chat: Chat | undefined
  #given: Chat | undefined
  #headers: CreateChatOptions['headers']
  #token: ChatToken | undefined
  #options: ElementChatOptions = {}
  #labels: Partial<ChatLabels> = {}
  #renderData: RenderData | undefined
  #isScheduled = false
  /** What was being written when the view was put away that is to be shown in another way. */
  #draft: Draft | undefined
  /** The conversation of an element that was taken out, for when it is put back. */
  #left: { readonly key: string; readonly conversation: KeptMessages } | undefined
  /** The answer that is not whole here, if one is not. */
  #runId: string | undefined

  /** Where messages are posted to: the path of `chatRoutes()`. */
  get url(): string | undefined {
    return this.getAttribute('url') ?? undefined
  }
  set url(url: string | undefined) {
    setAttribute(this, 'url', url)
  }

  /** The id of the chat, under which a reload finds its answer. */
  get chatId(): string | undefined {
    return this.getAttribute('chat-id') ?? undefined
  }
  set chatId(chatId: string | undefined) {
    setAttribute(this, 'chat-id', chatId)
  }

  /**
   * Which files a person can attach to a message, as in `accept` of a file input: `image/*,.pdf`; `''` for all. Default: `undefined`,
   * none.
   */
  get attach(): string | undefined {
    return this.getAttribute('attach') ?? undefined
  }
  set attach(accept: string | undefined) {
    setAttribute(this, 'attach', accept)
  }

  /** The largest file, in bytes of Base64 as it is sent: `limits.maxFileBytes` of `chatRoutes()`. Default: 10,485,760, as there. */
  get maxFileBytes(): number {
    const text = this.getAttribute('max-file-bytes')
    if (text === null) return defaultMaxFileBytes
    if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
    throw new TidingsError('ERR_OPTION', `max-file-bytes must be a whole number above 0, not ${JSON.stringify(text)}.`)
  }
  set maxFileBytes(bytes: number | undefined) {
    setAttribute(this, 'max-file-bytes', bytes === undefined ? undefined : String(bytes))
  }

  /** The chat that is shown. One that is set here is shown in place of an own one, and is not closed by the element. */
  get chat(): Chat | undefined {
    return this.#given ?? this.#chat
  }
  set chat(chat: Chat | undefined) {
    if (chat === this.#given) return
    this.#given = chat
    this.#reopen()
  }

  /** Headers of each request, or a function that makes them. */
  get headers(): CreateChatOptions['headers'] {
    return this.#headers
  }
  set headers(headers: CreateChatOptions['headers']) {
    this.#headers = headers
  }

  /** A token that is sent as `Authorization: Bearer`, or a function that is asked for it before each request. */
  get token(): ChatToken | undefined {
    return this.#token
  }
  set token(token: ChatToken | undefined) {
    this.#token = token
  }

  /** Other options of `createChat()`. Setting them opens the chat anew. */
  get options(): ElementChatOptions {
    return this.#options
  }
  set options(options: ElementChatOptions | undefined) {
    this.#options = options ?? {}
    this.#reopen()
  }

  /** Words in place of the English ones. */
  get labels(): Partial<ChatLabels> {
    return this.#labels
  }
  set labels(labels: Partial<ChatLabels> | undefined) {
    this.#labels = labels ?? {}
    this.#reshow()
  }

  /** Shows parts of data; without it they are not shown. */
  get renderData(): RenderData | undefined {
    return this.#renderData
  }
  set renderData(renderData: RenderData | undefined) {
    this.#renderData = renderData
    this.#reshow()
  }

  /** Called by the browser. */
  connectedCallback(): void {
    for (const name of properties) this.#upgrade(name)
    // Properties that are set right after the element was put in are heeded as well.
    if (this.#view === undefined) this.#schedule()
  }

  /** Called by the browser. An element that is only moved keeps its chat. */
  disconnectedCallback(): void {
    setTimeout(() => {
      if (!this.isConnected) this.#leave()
    })
  }

  /** Called by the browser where an element is moved without being taken out: there is nothing to do. */
  connectedMoveCallback(): void {}

  /** Called by the browser. */
  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (before === now) return
    if (name === 'url' || name === 'chat-id' || name === 'keep') this.#reopen()
    else if (looks.includes(name)) this.#reshow()
    else if (name === 'heading') this.#view?.setHeading(now ?? '')
    else this.#view?.relabel()
  }

  /** Moves the focus to the field in which messages are written. */
  override focus(): void {
    this.#view?.focus()
  }

  #upgrade(name: (typeof properties)[number]): void {
    if (!Object.hasOwn(this, name)) return
    const value: unknown = Reflect.get(this, name)
    Reflect.deleteProperty(this, name)
    Reflect.set(this, name, value)
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    queueMicrotask(() => {
      this.#isScheduled = false
      if (this.isConnected && this.#view === undefined) this.#show()
    })
  }

  /** What the chat is made of has changed. */
  #reopen(): void {
    this.#draft = undefined
    this.#hide()
    this.#chat?.close()
    this.#chat = undefined
    if (this.isConnected) this.#schedule()
  }

  /** The same chat is to be shown in another way. */
  #reshow(): void {
    if (this.#view === undefined) return
    this.#draft = this.#view.draft
    this.#hide()
    this.#schedule()
  }

  #show(): void {
    const chat = this.#given ?? (this.#chat ??= this.#open())
    if (chat === undefined) return
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' })
    adoptStyles(root)
    this.#view = new ChatView(() => this.#surroundings(chat), {
      onSend: (text, files) => this.#dispatch('chat-send', { text, files }),
      onSnapshot: (snapshot, before) => this.#tell(snapshot, before),
    })
    this.#view.setHeading(this.getAttribute('heading') ?? '')
    root.append(this.#view.element)
    if (this.#draft !== undefined) this.#view.restore(this.#draft)
    this.#draft = undefined
  }

  #hide(): void {
    this.#view?.dispose()
    this.#view = undefined
  }

  /** The element was taken out for good, for all that is known. An answer that is being given goes on at the server. */
  #leave(): void {
    this.#hide()
    if (this.#chat === undefined) return
    this.#chat.close()
    const { messages } = this.#chat.getSnapshot()
    this.#left = { key: this.#key(), conversation: { messages, runId: this.#runId } }
    this.#chat = undefined
  }

  #open(): Chat | undefined {
    const { url } = this
    if (url === undefined || url === '') return undefined
    const left = this.#left?.key === this.#key() ? this.#left.conversation : undefined
    this.#left = undefined
    this.#runId = left?.runId
    return openOwnChat({
      url,
      id: this.chatId,
      keptIn: this.#keptIn(),
      options: left === undefined ? this.#options : { ...this.#options, ...left },
      headers: () => this.#headers,
      token: () => this.#token,
      onData: (event) => this.#dispatch('chat-data', event),
      onCustom: (event) => this.#dispatch('chat-custom', event),
      onSave: ({ runId }) => (this.#runId = runId),
    })
  }

  #key(): string {
    return JSON.stringify([this.url, this.chatId])
  }

  #keptIn(): KeptIn | undefined {
    const keep = this.getAttribute('keep')
    if (keep === null || keep === 'local' || keep === 'session') return keep ?? undefined
    throw new TidingsError('ERR_OPTION', `keep must be "local" or "session", not ${JSON.stringify(keep)}.`)
  }

  #surroundings(chat: Chat): Surroundings {
    const { attach: accept } = this
    const labels = { ...englishLabels, ...this.#labels }
    return {
      chat,
      labels,
      locale: this.getAttribute('locale') ?? undefined,
      placeholder: this.getAttribute('placeholder') ?? labels.placeholder,
      renderData: this.#renderData,
      attach: accept === undefined ? undefined : { accept, maxFileBytes: this.maxFileBytes },
      report: (error) => (this.#options.onError ?? console.error)(error),
    }
  }

  #tell(snapshot: ChatSnapshot, before: ChatSnapshot | undefined): void {
    const { status, outcome, error } = snapshot
    setAttribute(this, 'data-status', status)
    if (before === undefined) return
    if (status !== before.status) this.#dispatch('chat-status', { status })
    if (error !== undefined && error !== before.error) this.#dispatch('chat-error', error)
    const isOther = snapshot.messages.at(-1)?.id !== before.messages.at(-1)?.id
    if (outcome !== undefined && (before.outcome === undefined || isOther)) this.#dispatch('chat-end', snapshot)
  }

  /** Returns whether no listener has prevented what the event is about. */
  #dispatch(type: string, detail: unknown): boolean {
    return this.dispatchEvent(
      new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable: type === 'chat-send' }),
    )
  }
}
