// The journal in Redis: each topic is a stream, each operation one atomic Lua script.
import { checkOptions, options, TidingsError, typed, wholeNumber, type OptionChecks } from '../../base/index.ts'
import {
  checkEvent,
  checkEvents,
  checkFence,
  checkRetention,
  checkTopic,
  createEpoch,
  fillRead,
  fillRetention,
  type AppendAllOptions,
  type Appended,
  type AppendOptions,
  type Journal,
  type NewEvent,
  type Page,
  type Position,
  type ReadFrom,
  type ReadOptions,
  type Unwatch,
  type Watcher,
} from '../../journal/index.ts'
import { closedError } from '../../journal/internal.ts'
import { appendArguments, appendScript } from './append-script.ts'
import { connectionOf, isCluster, type RedisJournalClient } from './client.ts'
import { Commands } from './command.ts'
import type { Connection } from './connection.ts'
import { Feed } from './feed.ts'
import { eraseScript, trimScript } from './delete-script.ts'
import { pingScript, readArguments, readScript } from './read-script.ts'
import { parseAppendReply, parsePage, type AppendReply } from './reply.ts'
import { replicaChecks, ReplicaWait, type ReplicaWaitOptions } from './replica-wait.ts'
import { topicKeys, type TopicKeys } from './topic-key.ts'

/** Options of {@link redisJournal}. */
export interface RedisJournalOptions {
  /** The prefix of all keys and channels. Default `'tidings:'`. */
  readonly prefix?: string | undefined
  /**
   * The timeout of an operation, retries included, in milliseconds. Default 5000. After it the operation rejects with
   * `ERR_JOURNAL_UNAVAILABLE`, whatever timeouts and queues the client has.
   */
  readonly timeoutMs?: number | undefined
  /**
   * Waits for replicas after each append (`WAIT`). If too few confirm in time, the append rejects with
   * `ERR_JOURNAL_UNAVAILABLE`, but its event is kept. Default `false`: an append resolves when the master has it.
   */
  readonly wait?: ReplicaWaitOptions | false | undefined
}

const redisChecks: OptionChecks<RedisJournalOptions> = {
  prefix: typed('string'),
  timeoutMs: wholeNumber(),
  wait: options(replicaChecks, [false]),
}

/**
 * Creates a journal that keeps events in Redis 6.2 or later, or Valkey, through your client of `ioredis` or `redis`.
 * You connect and close that client; the journal's first watch opens a second connection, for subscriptions.
 *
 * `durability` is `process`: what survives a crash of Redis depends on its configuration.
 * With `wait` it is `replicated`.
 *
 * @throws TidingsError `ERR_OPTION` for an invalid option, or a client of neither library
 * @example
 * import { Redis } from 'ioredis'
 * import { redisJournal } from 'tidings/journal/redis'
 *
 * const redis = new Redis(process.env.REDIS_URL ?? 'redis://localhost:6379')
 * const journal = redisJournal(redis)
 * await journal.append('orders', '{"status":"paid"}', { event: 'order' })
 */
export function redisJournal(client: RedisJournalClient, options: RedisJournalOptions = {}): Journal {
  return new RedisJournal(client, options)
}

class RedisJournal implements Journal {
  readonly durability: 'process' | 'replicated'
  readonly #prefix: string
  readonly #connection: Connection
  readonly #commands: Commands
  readonly #feed: Feed
  readonly #replicas: ReplicaWait | undefined
  /** The id of this journal as a writer: with `#count` it detects an append that reaches Redis twice. */
  readonly #writer = createEpoch().slice(0, 10)
  #count = 0
  /** Epochs left over by appends that created no log: each costs a system call. At most one per concurrent append. */
  readonly #spareEpochs: string[] = []
  #isClosed = false

  constructor(client: RedisJournalClient, given: RedisJournalOptions) {
    checkOptions('redisJournal()', given, redisChecks)
    const { prefix = 'tidings:', timeoutMs = 5000, wait = false } = given
    if (wait !== false && isCluster(client)) {
      throw new TidingsError(
        'ERR_OPTION',
        'wait needs a client of one server. With a cluster, set min-replicas-to-write in Redis.',
      )
    }
    this.#prefix = prefix
    this.#connection = connectionOf(client)
    this.#commands = new Commands(this.#connection, timeoutMs)
    this.#feed = new Feed(this.#connection, timeoutMs)
    this.#replicas = wait === false ? undefined : new ReplicaWait(this.#connection, wait)
    this.durability = wait === false ? 'process' : 'replicated'
  }

  async append(topic: string, data: string, options: AppendOptions = {}): Promise<Appended> {
    const names = this.#namesOf(topic)
    checkEvent(data, options.event)
    const { outcome, epoch, seq, nonce } = await this.#write(names, topic, [{ data, event: options.event }], options)
    return { position: { epoch, seq, nonce }, duplicate: outcome === 'duplicate' }
  }

  async appendAll(topic: string, events: readonly NewEvent[], options: AppendAllOptions = {}): Promise<Position> {
    const names = this.#namesOf(topic)
    checkEvents(events)
    const { expectSeq, close, epoch: wanted, retention } = options
    const { epoch, seq, nonce } = await this.#write(names, topic, events, {
      expectSeq,
      close,
      epoch: wanted,
      retention,
    })
    return { epoch, seq, nonce }
  }

  async read(topic: string, from: ReadFrom, options?: ReadOptions): Promise<Page> {
    const { keys } = this.#namesOf(topic)
    const values = readArguments(from, fillRead(options))
    return parsePage(await this.#commands.run(() => this.#commands.evaluate(readScript, keys, values)))
  }

  async erase(topic: string, { epoch, seq, nonce }: Position): Promise<boolean> {
    const { keys, channel } = this.#namesOf(topic)
    const values = [epoch, String(seq), nonce, channel]
    return Number(await this.#commands.run(() => this.#commands.evaluate(eraseScript, keys, values))) === 1
  }

  async watch(topic: string, watcher: Watcher): Promise<Unwatch> {
    const { channel } = this.#namesOf(topic)
    return this.#feed.watch(channel, watcher, (work) => this.#commands.run(work))
  }

  async trim(topic: string, before: number): Promise<void> {
    const { keys } = this.#namesOf(topic)
    const trim = (): Promise<unknown> => this.#commands.evaluate(trimScript, keys, [String(before)])
    while (Number(await this.#commands.run(trim)) === 1);
  }

  async ready(): Promise<void> {
    this.#refuseClosed()
    await this.#commands.run(() => this.#commands.evaluate(pingScript, [`${this.#prefix}ready`], []))
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#feed.close()
    this.#commands.close(closedError())
    this.#connection.release()
  }

  /** Appends events, of which only one may have a key. */
  async #write(
    names: TopicKeys,
    topic: string,
    events: readonly NewEvent[],
    { retention, ...options }: AppendOptions,
  ): Promise<AppendReply> {
    if (retention !== undefined) checkRetention(retention)
    const limits = fillRetention(retention)
    const spare = this.#spareEpochs.pop() ?? createEpoch()
    const ids = { token: createEpoch().slice(0, 10), epoch: spare, writer: this.#writer, count: (this.#count += 1) }
    const values = appendArguments({ events, options, limits, ...ids }, names.channel)
    const reply = await this.#commands.run(() => this.#append(names, values))
    const { outcome, epoch, seq, closed, lostKeys } = reply
    if (epoch !== spare) this.#spareEpochs.push(spare)
    if (outcome === 'refused') checkFence({ epoch, tail: seq, closed }, options)
    if (lostKeys) warnOfLostKeys(topic)
    return reply
  }

  /** Appends; repeats that if the client reconnected before `WAIT`, for the script then returns the same event. */
  async #append({ keys }: TopicKeys, values: readonly string[]): Promise<AppendReply> {
    for (;;) {
      const { generation } = this.#connection
      const reply = parseAppendReply(await this.#commands.evaluate(appendScript, keys, values))
      if (reply.outcome === 'refused' || this.#replicas === undefined || (await this.#replicas.confirm(generation)))
        return reply
    }
  }

  #namesOf(topic: string): TopicKeys {
    this.#refuseClosed()
    checkTopic(topic)
    return topicKeys(this.#prefix, topic)
  }

  #refuseClosed(): void {
    if (this.#isClosed) throw closedError()
  }
}

/** The contract has no place for this: the append has succeeded, and only the append that replaces the log tells it. */
function warnOfLostKeys(topic: string): void {
  process.emitWarning(
    `Redis has evicted the idempotency keys of the topic ${JSON.stringify(topic)}. Its log was replaced, because a ` +
      "repeated key could no longer be recognized, and its readers get a reset. Set Redis's maxmemory-policy to noeviction.",
    { type: 'TidingsWarning', code: 'TIDINGS_KEYS_EVICTED' },
  )
}
