// This process among all that share a journal: it shows that it lives, and learns what others have done to its runs.
import { backoffMs, sleep } from '../../base/index.ts'
import { createSecretEpoch, type Journal } from '../../journal/index.ts'
import { journalPauses } from '../hub/journal-retry.ts'
import { Errand } from './errand.ts'
import { NodeBeat } from './node-beat.ts'
import { NodeInbox } from './node-inbox.ts'
import { NodeLog, type NodeMessage } from './node-log.ts'
import { NodeLooks } from './node-looks.ts'
import { sideBySide } from './side-by-side.ts'
import type { Sight } from './silence.ts'

/** A run whose handler runs in this process. */
export interface HeldRun {
  /** Looks whether the run is still this node's; `hasLoss`: whether the journal may have lost a part of it. */
  look(hasLoss: boolean): Promise<void>
  /** Called once for each other node that has said that it follows the run. */
  addFollower(node: string): void
  /** Called at each beat that was stored. */
  onBeat(): Promise<void>
  /** Called when a beat, or a read that comes with it, has failed: what was seen before it proves nothing. */
  onFailure(error: unknown): void
}

/** What takes part in the beats of a node beside its runs. Its methods do not throw. */
export interface Companion {
  /** Called at each beat that was stored. */
  onBeat(): void
  /** Called when the journal may have lost something of what this node has said. */
  onLoss(): void
  /** Called when a beat has failed: what was seen before it proves nothing. */
  onFailure(error: unknown): void
}

/** A run that is held, and in which of twenty beats its lease is read. */
interface Held {
  readonly run: HeldRun
  readonly turn: number
}

/** Options of a {@link RunNode}. */
export interface RunNodeParts {
  readonly journal: Journal
  readonly onError: (error: unknown) => void
}

/** In so many beats the lease of each run is read once: what a node that has died could not tell is found then. */
const beatsForAll = 20

/**
 * One node: all runs of one `createChannels()` share it, and presence. While there are runs here, followers that must be told
 * of, or companions, it appends a beat every third of the time for which one is good, and reads what others have told it.
 */
export class RunNode {
  readonly id: string = createSecretEpoch()
  readonly looks: NodeLooks
  /** The runs whose handlers this process is about to start. */
  readonly starting: Set<string> = new Set()
  readonly #parts: RunNodeParts
  readonly #beat: NodeBeat
  readonly #inbox: NodeInbox
  /** What is done with each beat. None of these waits for another. */
  readonly #errands: readonly Errand[]
  readonly #held = new Map<string, Held>()
  readonly #companions = new Set<Companion>()
  #turns = 0
  #round = 0
  #goodForMs = Infinity
  #beatMs = Infinity
  #hasLoss = false
  #losses = 0
  #isLiving = false
  /** Ends the pause before the next beat. */
  #pause = new AbortController()

  constructor(parts: RunNodeParts) {
    const { journal, onError } = parts
    const log = new NodeLog(journal, this.id)
    const onLoss = (): void => this.#onLoss()
    this.#parts = parts
    this.looks = new NodeLooks(journal)
    this.#beat = new NodeBeat(log, () => this.#goodForMs, onLoss)
    this.#inbox = new NodeInbox({ journal, log, onError, onLoss, onMessage: (message) => this.#onMessage(message) })
    const errands = [() => this.#inbox.read(), () => this.#lookRound(), () => this.#tellOfBeat()]
    const onFailure = (error: unknown): void => this.#onFailure(error)
    this.#errands = errands.map((work) => new Errand({ work, onError, onFailure }))
  }

  /** How often the journal may have lost something of what this node has said. */
  get losses(): number {
    return this.#losses
  }

  /** How long a beat is good for, and in what time followers must be told of: the shortest of all runs count. */
  use(leaseMs: number, graceMs: number): void {
    const beatMs = Math.min(leaseMs, graceMs) / 3
    this.#goodForMs = Math.min(this.#goodForMs, leaseMs)
    if (beatMs >= this.#beatMs) return
    this.#beatMs = beatMs
    this.#pause.abort()
  }

  /** Resolves once a beat is stored that is not older than the time between two. */
  beat(maxAgeMs: number = this.#beatMs): Promise<void> {
    return this.#beat.send(maxAgeMs)
  }

  /** Keeps a run that has a lease of this node, until the returned function is called. */
  hold(id: string, run: HeldRun): () => void {
    this.#turns += 1
    this.#held.set(id, { run, turn: this.#turns })
    this.#wake()
    return () => {
      this.#held.delete(id)
      this.#restIfIdle()
    }
  }

  /** Whether a run is kept; see {@link hold}. */
  holds(id: string): boolean {
    return this.#held.has(id)
  }

  /** Says with each beat that a run of another node is followed here, until the returned function is called. */
  follow(id: string): () => void {
    const leave = this.#beat.follow(id)
    this.#wake()
    return () => {
      leave()
      this.#restIfIdle()
    }
  }

  /** Keeps this node beating, and tells `companion` of its beats, until the returned function is called. */
  accompany(companion: Companion): () => void {
    this.#companions.add(companion)
    this.#wake()
    return () => {
      this.#companions.delete(companion)
      this.#restIfIdle()
    }
  }

  /** Tells another node about a run. */
  tell(node: string, message: NodeMessage): Promise<void> {
    return new NodeLog(this.#parts.journal, node).tell(message)
  }

  /** What these nodes say of a run: a mark that changes while one of them follows it and lives. */
  async signsOf(run: string, nodes: Iterable<string>): Promise<Sight> {
    const now = performance.now()
    const seen = await Promise.all([...nodes].map((node) => this.looks.at(node, this.#beatMs / 2)))
    const signs = seen.filter(({ follows }) => follows.has(run))
    const askedAt = seen.reduce((earliest, look) => Math.min(earliest, look.askedAt), now)
    return { mark: signs.map(({ mark }) => mark).join(), askedAt, answeredAt: performance.now() }
  }

  #wake(): void {
    if (this.#isLiving) return
    this.#isLiving = true
    void this.#live()
  }

  #restIfIdle(): void {
    if (!this.#isNeeded) this.#pause.abort()
  }

  get #isNeeded(): boolean {
    return this.#held.size > 0 || this.#beat.hasFollows || this.#companions.size > 0
  }

  async #live(): Promise<void> {
    for (let failures = 0; this.#isNeeded;) {
      const since = performance.now()
      try {
        await this.#beat.send(this.#beatMs / 2)
        failures = 0
        this.#inbox.watch()
        for (const errand of this.#errands) errand.begin()
        for (const companion of this.#companions) companion.onBeat()
      } catch (error) {
        failures += 1
        if (failures === 1) this.#parts.onError(error)
        this.#onLoss()
        this.#onFailure(error)
        for (const companion of this.#companions) companion.onFailure(error)
      }
      // A beat that took long is no reason for the next one to come late.
      const leftMs = Math.max(0, this.#beatMs - (performance.now() - since))
      const pauseMs = failures === 0 ? leftMs : Math.min(this.#beatMs, backoffMs(failures - 1, journalPauses))
      if (this.#pause.signal.aborted) this.#pause = new AbortController()
      if (this.#isNeeded) await sleep(pauseMs, this.#pause.signal).catch(() => {})
    }
    this.#isLiving = false
    this.#inbox.close().catch(this.#parts.onError)
  }

  /** Reads the leases whose turn it is; all of them after a loss. */
  async #lookRound(): Promise<void> {
    const hasLoss = this.#hasLoss
    this.#hasLoss = false
    this.#round += 1
    try {
      await sideBySide(this.#held.values(), async ({ run, turn }) => {
        if (hasLoss || (this.#round + turn) % beatsForAll === 0) await run.look(hasLoss)
      })
    } catch (error) {
      this.#hasLoss ||= hasLoss
      throw error
    }
  }

  #tellOfBeat(): Promise<void> {
    return sideBySide(this.#held.values(), ({ run }) => run.onBeat())
  }

  #onLoss(): void {
    this.#hasLoss = true
    this.#losses += 1
    for (const companion of this.#companions) companion.onLoss()
  }

  #onFailure(error: unknown): void {
    for (const { run } of this.#held.values()) run.onFailure(error)
  }

  async #onMessage({ run, follower }: NodeMessage): Promise<void> {
    const held = this.#held.get(run)
    if (follower === undefined) await held?.run.look(false)
    else held?.run.addFollower(follower)
  }
}
