// The journal in Redis: each topic a stream, each operation one script.
import { checkWholeNumber, TidingsError } from '../../base/index.ts'
import {
  checkFence,
  checkRetention,
  checkTopic,
  createEpoch,
  createNonce,
  fillRetention,
  type Appended,
  type AppendOptions,
  type Journal,
  type Page,
  type ReadFrom,
  type Unwatch,
  type Watcher,
} from '../../journal/index.ts'
import { closedError } from '../../journal/internal.ts'
import { appendArguments, appendScript } from './append-script.ts'
import { connectionOf, isCluster, type RedisJournalClient } from './client.ts'
import { Commands } from './command.ts'
import type { Connection } from './connection.ts'
import { Feed } from './feed.ts'
import { pingScript, readArguments, readScript, trimScript } from './read-script.ts'
import { parseAppendReply, parsePage, type AppendReply } from './reply.ts'
import { ReplicaWait, type ReplicaWaitOptions } from './replica-wait.ts'
import { topicKeys, type TopicKeys } from './topic-key.ts'

/** Options of {@link redisJournal}. */
export interface RedisJournalOptions {
  /** What the names of all keys and channels begin with. Default `'tidings:'`. */
  readonly prefix?: string | undefined
  /**
   * How long a command may take, in milliseconds, with all that is tried again meanwhile. Default 5000. Then it rejects with
   * `ERR_JOURNAL_UNAVAILABLE`, whatever the client does about time-outs and queues.
   */
  readonly timeoutMs?: number | undefined
  /**
   * Waits for replicas after each append. An append that fewer of them confirm in time rejects with
   * `ERR_JOURNAL_UNAVAILABLE`; its event is kept all the same. Default `false`: an append resolves when the master has it.
   */
  readonly wait?: ReplicaWaitOptions | false | undefined
}

/**
 * A journal in Redis 6.2 or later, or Valkey, over a client of `ioredis` or `redis`. Commands go through that client, which
 * stays yours to connect and to close; the first watch makes a second connection for this process.
 *
 * `durability` is `process`: what Redis itself survives is set in its configuration. With `wait` it is `replicated`.
 *
 * @throws TidingsError `ERR_OPTION` for an option that is not what it must be, or a client that is neither
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
  /** Who appends: an append that reaches Redis twice is known by it and its count. */
  readonly #writer = createEpoch().slice(0, 10)
  #count = 0
  /** Appends that made no log have left theirs: randomness costs a system call. As many as there were appends at once. */
  readonly #spareEpochs: string[] = []
  #isClosed = false

  constructor(
    client: RedisJournalClient,
    { prefix = 'tidings:', timeoutMs = 5000, wait = false }: RedisJournalOptions,
  ) {
    if (typeof prefix !== 'string')
      throw new TidingsError('ERR_OPTION', `prefix must be a string, not ${typeof prefix}.`)
    checkWholeNumber('timeoutMs', timeoutMs)
    if (wait !== false && isCluster(client)) {
      throw new TidingsError(
        'ERR_OPTION',
        'wait needs the client of one server: with a cluster, use min-replicas-to-write.',
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
    if (options.retention !== undefined) checkRetention(options.retention)
    const limits = fillRetention(options.retention)
    const spare = this.#spareEpochs.pop() ?? createEpoch()
    const own = { nonce: createNonce(), epoch: spare, writer: this.#writer, count: (this.#count += 1) }
    const values = appendArguments({ data, options, limits, ...own }, names.channel)
    const { outcome, epoch, seq, nonce, closed } = await this.#commands.run(() => this.#append(names, values))
    if (epoch !== spare) this.#spareEpochs.push(spare)
    if (outcome === 'refused') checkFence({ epoch, tail: seq, closed }, options)
    return { position: { epoch, seq, nonce }, duplicate: outcome === 'duplicate' }
  }

  async read(topic: string, from: ReadFrom, limit: number): Promise<Page> {
    const { keys } = this.#namesOf(topic)
    const values = readArguments(from, limit)
    return parsePage(await this.#commands.run(() => this.#commands.evaluate(readScript, keys, values)))
  }

  async watch(topic: string, watcher: Watcher): Promise<Unwatch> {
    const { channel } = this.#namesOf(topic)
    return this.#feed.watch(channel, watcher, (work) => this.#commands.run(work))
  }

  async trim(topic: string, before: number): Promise<void> {
    const { keys } = this.#namesOf(topic)
    await this.#commands.run(() => this.#commands.evaluate(trimScript, keys, [String(before)]))
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

  /** May run again for the same append: the script knows it, and `ReplicaWait` whom to ask. */
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
