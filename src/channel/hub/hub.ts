// One topic's live feed in this process: one watch of the journal, one ring of encoded frames, and all followers.
import { backoffMs, nextTurn, sleep } from '../../base/index.ts'
import {
  formatPosition,
  noLog,
  type Page,
  type Position,
  type ReadFrom,
  type ReadOptions,
  type StoredEvent,
  type Unwatch,
  type WatchedEvent,
} from '../../journal/index.ts'
import type { ErrorPlace } from '../error-place.ts'
import { noReason } from '../no-reason.ts'
import type { ChannelObserver } from '../observe/observer.ts'
import { Batch } from './batch.ts'
import { Frame } from './frame.ts'
import type { Follower } from './follower.ts'
import { FrameRing } from './frame-ring.ts'
import { BatchTimer } from './batch-timer.ts'
import { journalPauses, JournalRetry, type Lifetime } from './journal-retry.ts'
import type { HubOptions, HubRun } from './options.ts'
import { PageCache } from './page-cache.ts'
import { UnreadableReports } from './unreadable.ts'

const pageSize = 256
/** How often, in milliseconds, the log of a run of this process is read although nothing is missing. */
const quietMs = 60_000
/** How many reads in a row may bring nothing before there are pauses between them. */
const mostIdle = 8
/** The limits of a batch: the ring must still hold all of it when it is written. */
const batchFrames = 512
const batchChars = 256 * 1024

/** The first read for a reader that begins at the start of a run: what a run says while its reader connects. */
const firstRead = { limit: 64, maxBytes: 16 * 1024 }
/** How many events that are pushed meanwhile are kept. */
const mostEarly = 64
/** How many frames are kept for each follower but one, although all have them: with 33, as many as the ring holds. */
const spareFrames = 32

/** The state of a log that is gone for good. */
const goneLog: Page = { ...noLog, closed: true }

/** Follows one topic in the journal, for as long as it has followers here. */
export class Hub implements Lifetime {
  readonly options: HubOptions
  readonly topic: string
  epoch = ''
  /** The sequence numbers of the last event known here, and of the first that the journal had at the last read. */
  tail = 0
  first = 1
  isClosed = false
  /** How many events of the log were erased. */
  erasures = 0
  readonly pages: PageCache
  readonly retry: JournalRetry
  readonly #ring = new FrameRing()
  readonly #followers = new Set<Follower>()
  readonly #batchTimer = new BatchTimer(() => this.#flush())
  readonly #over = new AbortController()
  readonly #ready: Promise<void>
  readonly #run: HubRun | undefined
  #tailNonce = ''
  /** The nonce of the event before the first. */
  #trimmedNonce = ''
  readonly #unreadable: UnreadableReports
  #flushed = 0
  #waitingChars = 0
  #isReady = false
  #hasAsked = false
  #beginsAtStart = false
  /** What was pushed before the log has been read. */
  #early: WatchedEvent[] = []
  /** Pushed events are not used until the log has been read again. */
  #isStale = false
  #unwatch: Unwatch | undefined
  #healing: Promise<void> | undefined
  #mustHealAgain = false
  #healedAt = 0
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(topic: string, options: HubOptions, run?: HubRun) {
    this.topic = topic
    this.options = options
    this.#run = run
    this.pages = new PageCache(options.reads, this)
    this.retry = new JournalRetry(options.onError)
    this.#unreadable = new UnreadableReports(topic, options.onError)
    this.#ready = this.#start()
  }

  /** Reads the log. */
  read(from: ReadFrom, options: ReadOptions): Promise<Page> {
    return this.#run?.read?.(from, options) ?? this.options.reads.read(this.topic, from, options)
  }

  /** Called by a reader that begins at the start, before {@link hasAsked}: the first read then brings it the events as well. */
  beginAtStart(): void {
    this.#beginsAtStart = this.runId !== undefined
  }

  /** Resolves once the log has been read. Waits for an unavailable journal for as long as there are followers. */
  get ready(): Promise<void> {
    return this.#ready
  }

  /** Whether the journal was asked for the state of the log yet: otherwise {@link ready} is about a time that is to come. */
  get hasAsked(): boolean {
    return this.#hasAsked
  }

  get isOver(): boolean {
    return this.#over.signal.aborted
  }

  /** Aborts when the hub ends. */
  get signal(): AbortSignal {
    return this.#over.signal
  }

  /** The position of a reader that is up to date. */
  get position(): Position {
    return { epoch: this.epoch, seq: this.tail, nonce: this.#tailNonce }
  }

  /** The id of the run that the log is of; `undefined` for a topic. */
  get runId(): string | undefined {
    return this.#run?.id
  }

  get followers(): ReadonlySet<Follower> {
    return this.#followers
  }

  add(follower: Follower): void {
    this.#followers.add(follower)
    this.#tell((observer, place) => observer.onFollow?.(place))
    this.#timer ??= setInterval(() => this.#check(), this.options.healMs)
  }

  remove(follower: Follower): void {
    if (this.#followers.delete(follower)) this.#tell((observer, place) => observer.onLeave?.(place))
  }

  /** The frame with this sequence number, if the ring has it. */
  frame(seq: number): Frame | undefined {
    return this.#ring.get(seq)
  }

  /** The id of a position: with its nonce where that is known without reading. */
  idAt(seq: number): string {
    return this.#ring.get(seq)?.id ?? formatPosition({ epoch: this.epoch, seq, nonce: this.nonceAt(seq) })
  }

  /** The nonce of the last event, or of the one before the first; `''` of others. */
  nonceAt(seq: number): string {
    const atEnd = seq === this.tail ? this.#tailNonce : ''
    // After the log was replaced, the hub is at its beginning, and that of the end is not known yet.
    return atEnd === '' && seq === this.first - 1 ? this.#trimmedNonce : atEnd
  }

  /** Forgets what may have been erased: `page` says that something was, since this was looked at. */
  notice({ epoch, erasures }: Page): void {
    if (epoch !== this.epoch || erasures <= this.erasures) return
    this.erasures = erasures
    this.#ring.clear()
    this.pages.clear()
  }

  /** Reports an event that cannot be read. Each is reported once, whoever comes to it. */
  reportUnreadable({ stored }: Frame): void {
    // An engine gives the nonce of an event that was erased. Without one, it has lost the event.
    if (stored.erased === true && (stored.nonce !== '' || this.#tailNonce === '')) return
    this.#unreadable.report(stored)
  }

  /** The log is gone for good: followers get a reset and the end. */
  giveUp(): void {
    this.#take({ ...goneLog, epoch: this.epoch })
    this.#resetAll()
  }

  /** Ends the hub: stops watching, and asks the followers' readers to reconnect. */
  async end(): Promise<void> {
    if (this.isOver) return
    this.#over.abort(noReason)
    clearInterval(this.#timer)
    for (const follower of this.#followers) follower.dismiss()
    for (const follower of this.#followers) this.remove(follower)
    this.pages.clear()
    await this.#unwatch?.().catch((error: unknown) => this.options.onError(error))
  }

  /** Heals: reads the events that no hint has brought. Calls during a read share one further read. */
  heal(): Promise<void> {
    this.#mustHealAgain = true
    this.#healing ??= this.retry.until(() => this.#catchUp(), this)
    return this.#healing
  }

  async #start(): Promise<void> {
    await this.retry.until(() => this.#open(), this)
    // Readers join first: what was pushed meanwhile is news to them.
    nextTurn(() => this.#takeEarly())
  }

  #takeEarly(): void {
    if (this.isOver) return
    this.#isReady = true
    this.#healedAt = performance.now()
    for (const event of this.#early) this.#onEvent(event)
    this.#early = []
    if (this.#mustHealAgain) void this.heal()
  }

  async #open(): Promise<void> {
    const { journal } = this.options
    this.#unwatch ??= await journal.watch(this.topic, {
      onEvent: (event) => this.#onEvent(event),
      onReconnect: () => this.#onReconnect(),
    })
    if (this.isOver) return this.#unwatch()
    this.#hasAsked = true
    const page = await this.read(this.#joinFrom, this.#beginsAtStart ? firstRead : { limit: 0 })
    // The log of a run begins with its first event.
    this.#take(page.epoch === '' ? { ...noLog, epoch: this.runId ?? '' } : page)
    if (page.events.at(-1)?.seq !== this.tail) return
    for (const event of page.events) this.#ring.push(new Frame(this.epoch, event))
  }

  get #joinFrom(): Position | 'now' {
    return this.runId === undefined ? 'now' : { epoch: this.runId, seq: 0, nonce: '' }
  }

  /** Takes over the state of the log: the hub is then at its end. */
  #take(page: Page): void {
    this.epoch = page.epoch
    this.first = page.first
    this.tail = page.tail
    this.isClosed = page.closed
    this.erasures = page.erasures
    this.#unreadable.clear()
    this.#tailNonce = page.nonce
    this.#trimmedNonce = page.trimmedNonce
    this.#flushed = page.tail
    this.#ring.clear()
    this.pages.clear()
  }

  #onEvent(event: WatchedEvent | undefined): void {
    if (!this.#isReady) this.#keepEarly(event)
    else if (event === undefined || this.#isStale || event.epoch !== this.epoch) void this.heal()
    else if (this.#isNext(event)) this.#push(event, event.closed)
    else if (event.seq > this.tail || this.#isOther(event)) void this.heal()
  }

  #keepEarly(event: WatchedEvent | undefined): void {
    if (event === undefined || this.#early.length === mostEarly) this.#mustHealAgain = true
    else this.#early.push(event)
  }

  #isNext({ seq, previous = this.#tailNonce }: WatchedEvent): boolean {
    return seq === this.tail + 1 && (previous === this.#tailNonce || this.#tailNonce === '')
  }

  #onReconnect(): void {
    this.#isStale = true
    if (this.#isReady) void this.heal()
    else this.#mustHealAgain = true
  }

  /** Whether another event has this sequence number now: the engine has lost the end of the log. */
  #isOther({ seq, nonce }: WatchedEvent): boolean {
    return seq === this.tail ? this.#tailNonce !== nonce : this.#ring.isOther(seq, nonce)
  }

  #push(event: StoredEvent, isLast: boolean): void {
    this.#ring.push(new Frame(this.epoch, event))
    this.tail = event.seq
    this.#tailNonce = event.nonce
    this.isClosed = isLast
    this.#waitingChars += event.data.length
    if (this.tail - this.#flushed >= batchFrames || this.#waitingChars >= batchChars) this.#flush()
    else this.#batchTimer.schedule()
  }

  #flush(): void {
    this.#waitingChars = 0
    if (this.isOver) return
    const batch = new Batch(this.#ring, this.#flushed, this.tail)
    this.#flushed = this.tail
    for (const follower of this.#followers) follower.advance(batch)
    this.release()
  }

  /**
   * Drops the frames that all followers have, but for those that others may come back for: few where few follow. With 1,000
   * runs of one follower each, 1,024 frames for each cost a third of the time in garbage collection. Called also by a follower
   * that has taken the last frame later than it was told of it.
   */
  release(): void {
    const spare = spareFrames * (this.#followers.size - 1)
    if (this.#ring.size <= spare) return
    let least = this.#flushed
    for (const { seq } of this.#followers) least = Math.min(least, seq)
    this.#ring.release(least, spare)
  }

  async #catchUp(): Promise<void> {
    await this.#ready
    const startedAt = performance.now()
    let [events, idle] = [0, 0]
    for (;;) {
      this.#mustHealAgain = false
      // Live events continue during the read: its answer is about the position that was asked for, which is not where
      // the hub is when it comes.
      const { position: asked, isClosed } = this
      const page = await this.read(asked, { limit: pageSize })
      if (this.isOver) return
      this.notice(page)
      // Nothing is appended behind a last event: if the one at this position is the last now, it is another one.
      const isRewritten = page.closed && !isClosed && page.tail === asked.seq && page.first <= page.tail
      const news = page.events.filter(({ seq }) => seq > this.tail).length
      events += news
      if (!page.foreign && !isRewritten) this.#append(page)
      // The log of a run begins with its first event: before that, none is no other one.
      else if (this.runId === undefined || page.epoch !== '' || asked.seq > 0) await this.#restart()
      if (this.tail >= page.tail && !this.#mustHealAgain) break
      // Of a journal that contradicts itself: it would be asked without end, and over memory nobody else had a turn.
      idle = news > 0 ? 0 : idle + 1
      if (idle > mostIdle) await sleep(backoffMs(idle - mostIdle, journalPauses), this.signal).catch(() => {})
    }
    this.#isStale = false
    this.#healedAt = performance.now()
    // In the same turn as the check for more to read: a call in between would be lost.
    this.#healing = undefined
    const durationMs = performance.now() - startedAt
    this.#tell((observer, place) => observer.onHeal?.({ place, events, durationMs }))
  }

  #tell(tell: (observer: ChannelObserver, place: ErrorPlace) => void): void {
    const { observers, place } = this.options
    observers.tell((observer) => tell(observer, place))
  }

  #append({ events, first, tail, nonce, trimmedNonce, closed }: Page): void {
    this.first = first
    this.#trimmedNonce = trimmedNonce
    if (first > this.tail + 1) {
      // Events were trimmed before they arrived here. Each reader finds the gap when it reads on.
      this.#ring.clear()
      this.tail = first - 1
      this.#tailNonce = trimmedNonce
      this.#flushed = this.tail
    }
    for (const event of events) {
      if (event.seq === this.tail + 1) this.#push(event, closed && event.seq === tail)
    }
    // Also where nothing was read, of a log that has been trimmed to its end.
    if (this.tail === tail) this.#tailNonce = nonce
    if (closed && this.tail === tail) this.isClosed = true
    this.#batchTimer.schedule()
  }

  /** Starts over with the log that has replaced the one before. */
  async #restart(): Promise<void> {
    const from = this.runId === undefined ? 'start' : this.#joinFrom
    const page = await this.read(from, { limit: 0 })
    if (this.isOver) return
    const epoch = page.epoch === '' ? this.epoch : page.epoch
    this.#take({ ...page, epoch, tail: page.first - 1, nonce: '', closed: false })
    // The events in it are read next.
    this.#mustHealAgain = true
    this.#resetAll()
  }

  #resetAll(): void {
    this.#tell((observer, place) => observer.onReset?.(place))
    for (const follower of this.#followers) follower.reset()
  }

  #check(): void {
    this.pages.refresh()
    for (const follower of this.#followers) follower.checkLag()
    if (this.#isReady && !this.#isQuiet) void this.heal()
  }

  /** Whether reading would bring nothing: all that this process has appended to its run is here, or it is being read. */
  get #isQuiet(): boolean {
    // Where each read takes longer than `healMs`, another one behind it each time would never come to an end.
    if (this.#healing !== undefined) return true
    const stored = this.#run?.stored()
    if (stored === undefined || stored > this.tail || this.#isStale) return false
    return performance.now() - this.#healedAt < quietMs
  }
}
