// This process among all that share a journal: it shows that it lives, and learns what others have done to its runs.
import { backoffMs, sleep } from '../../base/index.ts'
import { createSecretEpoch, type Journal } from '../../journal/index.ts'
import { journalPauses } from '../hub/journal-retry.ts'
import { NodeBeat } from './node-beat.ts'
import { NodeInbox } from './node-inbox.ts'
import { NodeLog, type NodeMessage } from './node-log.ts'
import { NodeLooks, type NodeSeen } from './node-looks.ts'

/** A run whose handler runs in this process. */
export interface HeldRun {
  /** Looks whether the run is still this node's; `hasLoss`: whether the journal may have lost a part of it. */
  look(hasLoss: boolean): Promise<void>
  /** Called once for each other node that has said that it follows the run. */
  addFollower(node: string): void
  /** Called at each beat that was stored. */
  onBeat(): Promise<void>
  /** Called when a beat has failed: what was seen before it proves nothing. */
  onFailure(): void
}

/** Options of a {@link RunNode}. */
export interface RunNodeParts {
  readonly journal: Journal
  readonly onError: (error: unknown) => void
}

/** In so many beats the lease of each run is read once: what a node that has died could not tell is found then. */
const beatsForAll = 20

/**
 * One node: all runs of one `createChannels()` share it. While there are runs here, or followers that must be told of, it
 * appends a beat every third of the time for which one is good, and reads what others have told it.
 */
export class RunNode {
  readonly id: string = createSecretEpoch()
  readonly looks: NodeLooks
  /** The runs whose handlers this process is about to start. */
  readonly starting: Set<string> = new Set()
  readonly #parts: RunNodeParts
  readonly #beat: NodeBeat
  readonly #inbox: NodeInbox
  readonly #held = new Map<string, HeldRun>()
  #beats = 0
  #goodForMs = Infinity
  #beatMs = Infinity
  #hasLoss = false
  #losses = 0
  #isLiving = false
  #isAttending = false
  /** Whether the journal has not answered when it was read last. */
  #isBlind = false
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
    this.#held.set(id, run)
    this.#wake()
    return () => {
      this.#held.delete(id)
      this.#restIfIdle()
    }
  }

  /** Says with each beat that a run of another node is followed here, until the returned function is called. */
  follow(id: string): () => void {
    this.#beat.follows.add(id)
    this.#wake()
    return () => {
      this.#beat.follows.delete(id)
      this.#restIfIdle()
    }
  }

  /** Tells another node about a run. */
  tell(node: string, message: NodeMessage): Promise<void> {
    return new NodeLog(this.#parts.journal, node).tell(message)
  }

  /** Which of these nodes follow a run, with a mark of each that changes while it lives. */
  async signsOf(run: string, nodes: Iterable<string>): Promise<string> {
    const seen = await Promise.all([...nodes].map((node) => this.looks.at(node, this.#beatMs / 2)))
    return seen
      .filter(({ follows }) => follows.has(run))
      .map(markOf)
      .join()
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
    return this.#held.size > 0 || this.#beat.follows.size > 0
  }

  async #live(): Promise<void> {
    for (let failures = 0; this.#isNeeded;) {
      try {
        await this.#beat.send(failures > 0 ? 0 : this.#beatMs / 2)
        failures = 0
        this.#attend()
      } catch (error) {
        failures += 1
        if (failures === 1) this.#parts.onError(error)
        this.#onLoss()
        for (const run of this.#held.values()) run.onFailure()
      }
      const pauseMs = failures === 0 ? this.#beatMs : Math.min(this.#beatMs, backoffMs(failures - 1, journalPauses))
      if (this.#pause.signal.aborted) this.#pause = new AbortController()
      if (this.#isNeeded) await sleep(pauseMs, this.#pause.signal).catch(() => {})
    }
    await this.#inbox.close().catch(this.#parts.onError)
    this.#isLiving = false
    if (this.#isNeeded) this.#wake()
  }

  /** Does what comes with a beat beside the beats: however many runs there are, they come in time. */
  #attend(): void {
    if (this.#isAttending) return
    this.#isAttending = true
    void this.#attendOnce()
  }

  async #attendOnce(): Promise<void> {
    try {
      await this.#inbox.watch()
      await this.#inbox.read()
      if (this.#hasLoss) await this.#lookAtAll()
      await this.#goRound()
      this.#isBlind = false
    } catch (error) {
      if (!this.#isBlind) this.#parts.onError(error)
      this.#isBlind = true
      for (const run of this.#held.values()) run.onFailure()
    }
    this.#isAttending = false
  }

  async #goRound(): Promise<void> {
    this.#beats += 1
    let turn = this.#beats
    for (const run of this.#held.values()) {
      turn += 1
      if (turn % beatsForAll === 0) await run.look(false)
      await run.onBeat()
    }
  }

  async #lookAtAll(): Promise<void> {
    this.#hasLoss = false
    try {
      for (const run of this.#held.values()) await run.look(true)
    } catch (error) {
      this.#hasLoss = true
      throw error
    }
  }

  #onLoss(): void {
    this.#hasLoss = true
    this.#losses += 1
  }

  async #onMessage({ run, follower }: NodeMessage): Promise<void> {
    const held = this.#held.get(run)
    if (follower === undefined) await held?.look(false)
    else held?.addFollower(follower)
  }
}

function markOf({ mark }: NodeSeen): string {
  return mark
}
