// What happens to the connection, told on the talk's output: connected, lost, resumed, missed, ended.
import { isGap, type RetryNotice, type ServerEvent, type StateNotice } from '../../client/index.ts'
import { extractType } from '../../client/internal.ts'
import { describeError } from '../terminal/describe-error.ts'
import { describeMs } from '../terminal/duration.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { escapeControls } from '../terminal/visible.ts'

/** The callbacks of `stream()` that tell of its connections. */
export interface Narration {
  readonly onState: (notice: StateNotice) => void
  readonly onOpen: (response: Response) => void
  readonly onRetry: (notice: RetryNotice) => void
}

/** Tells of a stream's connections. */
export class Narrator {
  readonly #terminal: Terminal
  readonly #isQuiet: boolean
  readonly #attempts: number
  #startedAt = performance.now()
  #isFirst = true

  constructor(terminal: Terminal, { isQuiet, attempts }: { readonly isQuiet: boolean; readonly attempts: number }) {
    this.#terminal = terminal
    this.#isQuiet = isQuiet
    this.#attempts = attempts
  }

  /** The callbacks for `stream()`. `positionOf` returns the id that the next request goes on after. */
  callbacks(url: URL, positionOf: () => string): Narration {
    return {
      onState: ({ state }) => {
        if (state === 'connecting') this.#startedAt = performance.now()
      },
      onOpen: (response) => this.#open(response, url, positionOf()),
      onRetry: ({ attempt, delayMs, error }) => {
        const reason = describeError(error).replace(/\.$/, '')
        const next = `trying again in ${describeMs(delayMs)} (${attempt} of ${this.#attempts})`
        this.#warn(`lost: ${reason}; ${next}`)
      },
    }
  }

  /** Tells of lost events, or a log that was replaced. */
  notice(event: ServerEvent): void {
    if (isGap(event)) this.#warn(`gap: the server no longer has the events ${describeGap(event.data)}`)
    else this.#warn('reset: the log was replaced, and begins anew')
  }

  /** Tells how it ended. */
  end(line: string): void {
    if (!this.#isQuiet) this.#terminal.say(this.#terminal.talkPaint.dim(line))
  }

  #open(response: Response, url: URL, position: string): void {
    const [type = ''] = extractType(response.headers.get('content-type'))
    const after = describeMs(performance.now() - this.#startedAt)
    this.end(`${this.#verb(position)} ${url.origin}${url.pathname} (${type}, ${after})`)
    this.#isFirst = false
  }

  #verb(position: string): string {
    if (position !== '') return `resumed after #${escapeControls(position)} at`
    return this.#isFirst ? 'connected to' : 'connected again, from the beginning, to'
  }

  #warn(line: string): void {
    if (!this.#isQuiet) this.#terminal.say(this.#terminal.talkPaint.yellow(line))
  }
}

/** What a server says is missing, which need not be what ours say. */
function describeGap(data: unknown): string {
  const { from, to } = Object(data)
  if (typeof from !== 'string' || typeof to !== 'string') return 'that come next'
  return escapeControls(`from ${from} to ${to}`)
}
