// `createPresence()`: who reads a topic at the moment, on all nodes.
import {
  checkOptions,
  describeValue,
  longestDelayMs,
  required,
  TidingsError,
  typed,
  wholeNumber,
  type Mistake,
  type NestedFault,
  type NestedNotJson,
  type OptionChecks,
} from '../../base/index.ts'
import type { FrameAttachment, FrameSink, FrameSource } from '../../sse/index.ts'
import type { Channels } from '../channels.ts'
import { signalCheck, type Attendance } from '../reader/subscription.ts'
import type { Topic } from '../topic.ts'
import { checkMember } from './member.ts'
import { mostMembers } from './own-members.ts'
import { toPresenceItem, type PresenceItem, type PresenceList } from './presence-event.ts'
import { PresenceNode, type PresenceListener } from './presence-node.ts'
import { Roster, type RosterLimits } from './roster.ts'
import { RosterAttachment, RosterIteration, type FeedParts } from './roster-feed.ts'

/** Options of {@link createPresence}. */
export interface PresenceOptions<Ctx, Info = undefined> {
  /**
   * Who the reader of a request is, from a session or token that a guard has checked: readers with one `id` are one member,
   * however many tabs it has. `info` is what the others see of it. `undefined`: the reader is not listed.
   */
  readonly member: (ctx: Ctx) => { readonly id: string; readonly info?: Info } | undefined
  /**
   * How many members of a topic are listed. Default 10,000, which is also the most. Those who come then read the topic as all
   * others do, are counted in `others`, and are listed when there is room.
   */
  readonly maxMembers?: number | undefined
  /**
   * How long a member that has no reader any more is still listed, in milliseconds: a page that is reloaded, or a reader whose
   * node is replaced, comes back. Default 5,000; 0 for not at all.
   */
  readonly graceMs?: number | undefined
  /**
   * Within how long, in milliseconds, members whose node has died without a word are gone. Each node shows about six times in it
   * that it lives. Default 20,000; the shortest of several `createPresence()` of one `createChannels()` counts.
   */
  readonly leaseMs?: number | undefined
}

/** Options of {@link Presence.subscribe} and {@link Presence.list}. */
export interface PresenceReadOptions {
  /** Ends the subscription, or the wait for the list, when it aborts. */
  readonly signal?: AbortSignal | undefined
}

const presenceChecks: OptionChecks<PresenceOptions<never>> = {
  member: required(typed('function')),
  maxMembers: wholeNumber({ most: mostMembers }),
  graceMs: wholeNumber({ least: 0, most: longestDelayMs }),
  leaseMs: wholeNumber({ most: longestDelayMs }),
}

const readChecks: OptionChecks<PresenceReadOptions> = { signal: signalCheck }

type InfoVerdict<Info> = [NestedFault<Info>] extends [never]
  ? unknown
  : Mistake<'JSON cannot hold this in the info of a member', NestedNotJson<Info>>

const nodes = new WeakMap<Channels, PresenceNode>()

/**
 * Creates presence: who reads a topic at the moment, on all nodes that share the journal of `channels`.
 *
 * @example
 * import { defineMiddleware, defineRoute, err, type StateOf } from 'tidings'
 * import { createPresence } from 'tidings/channel'
 *
 * const users = new Map([['Bearer secret', { id: 'ada', name: 'Ada' }]])
 * const auth = defineMiddleware<{ user: { id: string; name: string } }>((ctx, next) => {
 *   const user = users.get(ctx.headers['authorization'] ?? '')
 *   if (user === undefined) throw err.unauthorized('Log in first.')
 *   return next({ user })
 * })
 *
 * const presence = createPresence(channels, {
 *   member: ({ state: { user } }: { state: StateOf<typeof auth> }) => ({ id: user.id, info: { name: user.name } }),
 * })
 * const room = channels.topic<{ text: string }>('room')
 *
 * const messages = defineRoute({
 *   method: 'GET',
 *   path: '/messages',
 *   middleware: [auth],
 *   sse: true,
 *   handler: (ctx) => room.subscribe({ after: ctx.lastEventId, member: presence.member(ctx) }),
 * })
 * const people = defineRoute({
 *   method: 'GET',
 *   path: '/people',
 *   middleware: [auth],
 *   sse: true,
 *   handler: () => presence.subscribe(room),
 * })
 *
 * @throws TidingsError `ERR_OPTION` for what are no channels, and for an option that does not exist or cannot work
 */
export function createPresence<Ctx, Info = undefined>(
  channels: Channels,
  options: PresenceOptions<Ctx, Info> & InfoVerdict<Info>,
): Presence<Ctx, Info> {
  return new Presence(channels, options)
}

/** Who reads topics, made by {@link createPresence}. */
export class Presence<Ctx, Info = undefined> {
  readonly #channels: Channels
  readonly #member: PresenceOptions<Ctx, Info>['member']
  readonly #limits: RosterLimits
  readonly #leaseMs: number
  readonly #rosters = new Map<string, OpenRoster>()

  /** @internal */
  constructor(channels: Channels, options: PresenceOptions<Ctx, Info>) {
    if (typeof Object(channels).share !== 'function')
      throw new TidingsError(
        'ERR_OPTION',
        `createPresence() needs what createChannels() returns, not ${describeValue(channels)}.`,
      )
    checkOptions('createPresence()', options, presenceChecks)
    const { member, maxMembers = mostMembers, graceMs = 5000, leaseMs = 20_000 } = options
    this.#member = member
    this.#limits = { maxMembers, graceMs }
    this.#leaseMs = leaseMs
    this.#channels = channels
  }

  /**
   * Who sends a request, to be passed to `topic.subscribe({ member })`: present in the topic for as long as that reader stays.
   *
   * @throws TidingsError `ERR_MEMBER` if what the option `member` returns cannot be a member
   */
  member(ctx: Ctx): Attendance | undefined {
    const member = checkMember(this.#member(ctx))
    if (member === undefined) return undefined
    return { enter: (topic) => this.#node.enter(topic, member) }
  }

  /**
   * Who is present in a topic, and from then on who joins and leaves. A handler with `sse: true` returns the subscription or
   * iterates it; nothing is requested before. The first event, `presence`, is the whole list; nothing is lost or doubled between
   * it and the changes.
   *
   * @throws TidingsError `ERR_OPTION` for an option that does not exist or cannot work
   */
  subscribe(topic: Pick<Topic, 'name'>, options: PresenceReadOptions = {}): PresenceSubscription<Info> {
    checkOptions('subscribe()', options, readChecks)
    const name = nameOf(topic)
    return new PresenceSubscription(() => this.#open(name), options.signal)
  }

  /**
   * Who is present in a topic at this moment. Waits until this node knows of the others, or that the journal does not answer:
   * the list says then that it `isStale`.
   *
   * @throws TidingsError `ERR_OPTION` for an option that does not exist or cannot work, `ERR_JOURNAL_CLOSED` after
   * `channels.close()`; the reason of `signal`
   */
  async list(topic: Pick<Topic, 'name'>, options: PresenceReadOptions = {}): Promise<PresenceList<Info>> {
    for await (const event of this.subscribe(topic, options)) if (event.event === 'presence') return event.data
    throw closedError()
  }

  #open(topic: string): OpenedRoster {
    const node = this.#node
    if (node.isClosed) throw closedError()
    const release = node.use()
    let open = this.#rosters.get(topic)
    if (open === undefined) {
      open = new OpenRoster(node, topic, this.#limits)
      this.#rosters.set(topic, open)
    }
    const { roster } = open
    open.readers += 1
    const close = (): void => {
      open.readers -= 1
      if (open.readers === 0) this.#rosters.delete(topic)
      if (open.readers === 0) open.end()
      release()
    }
    return { roster, close, ready: node.ready() }
  }

  /** Not made before it is needed: Workers have no random numbers while a module is evaluated. */
  get #node(): PresenceNode {
    const node = nodeOf(this.#channels)
    node.lease(this.#leaseMs)
    return node
  }
}

/** Presence of a topic: iterate it, or return it from a handler, whose readers then share the encoded events. */
export class PresenceSubscription<Info = undefined> implements FrameSource<PresenceItem<Info>> {
  readonly #open: () => OpenedRoster
  readonly #signal: AbortSignal | undefined

  /** @internal */
  constructor(open: () => OpenedRoster, signal: AbortSignal | undefined) {
    this.#open = open
    this.#signal = signal
  }

  [Symbol.asyncIterator](): AsyncIterator<PresenceItem<Info>, undefined> {
    const { ready, ...parts } = this.#parts
    const iteration = new RosterIteration(toPresenceItem<Info>, parts)
    iteration.start(ready)
    return iteration
  }

  /** Writes the encoded events to one reader, until it disconnects. */
  attach(sink: FrameSink): FrameAttachment {
    const { ready, ...parts } = this.#parts
    const attachment = new RosterAttachment(sink, parts)
    attachment.start(ready)
    return attachment
  }

  get #parts(): FeedParts & Pick<OpenedRoster, 'ready'> {
    const { roster, ready, close } = this.#open()
    return { roster, ready, signal: this.#signal, onEnd: close }
  }
}

/** A list, opened for one reader. */
interface OpenedRoster {
  readonly roster: Roster
  /** Resolves once the list is known. */
  readonly ready: Promise<void>
  /** To be called once, when the reader has left. */
  readonly close: () => void
}

/** A list that has readers. */
class OpenRoster implements PresenceListener {
  readonly roster: Roster
  readers = 0
  readonly #node: PresenceNode
  readonly #topic: string

  constructor(node: PresenceNode, topic: string, limits: RosterLimits) {
    this.#node = node
    this.#topic = topic
    this.roster = new Roster(node.claims.open(topic), limits, () => node.isStale)
    node.listeners.add(this)
  }

  onStale(): void {
    this.roster.schedule()
  }

  onClose(): void {
    for (const reader of this.roster.readers) reader.dismiss()
  }

  end(): void {
    this.roster.end()
    this.#node.listeners.delete(this)
    this.#node.claims.tidy(this.#topic)
  }
}

function nodeOf(channels: Channels): PresenceNode {
  let node = nodes.get(channels)
  if (node === undefined) {
    node = channels.share((parts) => new PresenceNode(parts))
    nodes.set(channels, node)
  }
  return node
}

function nameOf(topic: unknown): string {
  const name: unknown = Reflect.get(Object(topic), 'name')
  if (typeof topic === 'object' && typeof name === 'string') return name
  throw new TidingsError(
    'ERR_OPTION',
    `Presence is of a topic, as channels.topic() returns it, not ${describeValue(topic)}.`,
  )
}

function closedError(): TidingsError {
  return new TidingsError('ERR_JOURNAL_CLOSED', 'The channels have been closed.')
}
