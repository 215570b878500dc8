// `health()`: routes that say whether the process lives, and whether it should be sent readers.
import {
  checkOptions,
  describeValue,
  longestDelayMs,
  TidingsError,
  wholeNumber,
  type OptionCheck,
  type OptionChecks,
} from '../base/index.ts'
import type { Channels } from '../channel/index.ts'
import { json, type Context, type Middleware } from '../server/index.ts'
import type { AttachedTo } from '../server/internal.ts'
import { channelsCheck } from './channels-option.ts'
import { usedByServer } from './used-by-server.ts'

/** Options of {@link health}. */
export interface HealthOptions {
  /** Whose journals have to answer for the process to be ready. Default: none. */
  readonly channels?: readonly Channels[] | undefined
  /** The path of the liveness probe. Default `/healthz`. */
  readonly livePath?: string | undefined
  /** The path of the readiness probe. Default `/readyz`. */
  readonly readyPath?: string | undefined
  /** How long a journal has to answer, in milliseconds. Default 1,000. */
  readonly timeoutMs?: number | undefined
}

const pathCheck: OptionCheck = (name, value) => {
  if (value === undefined || (typeof value === 'string' && /^(\/[\w.~-]+)+$/.test(value))) return
  throw new TidingsError('ERR_OPTION', `${name} must be a path such as /healthz, not ${describeValue(value)}.`)
}

const checks: OptionChecks<HealthOptions> = {
  channels: channelsCheck,
  livePath: pathCheck,
  readyPath: pathCheck,
  timeoutMs: wholeNumber({ least: 1, most: longestDelayMs }),
}

/** What a probe answers: `ready`, or why not. */
type Readiness = 'ready' | 'shutting down' | 'journal away'

/**
 * Middleware for `server.use` that answers probes: `GET /healthz` 200 for as long as the process answers at all, and
 * `GET /readyz` 200 or, while the server shuts down or a journal of `channels` does not answer within `timeoutMs`, 503. Use it
 * before middleware that asks who is there.
 *
 * @example
 * import { Server } from 'tidings'
 * import { createChannels } from 'tidings/channel'
 * import { health } from 'tidings/observe'
 *
 * const server = new Server([])
 * server.use(health({ channels: [createChannels()] }))
 *
 * @throws TidingsError `ERR_OPTION` for an option that does not exist or cannot work
 */
export function health(options: HealthOptions = {}): Middleware {
  checkOptions('health()', options, checks)
  const { channels = [], livePath = '/healthz', readyPath = '/readyz', timeoutMs = 1000 } = options
  const journals = channels.map((one) => new JournalProbe(one, timeoutMs))
  const servers: AttachedTo[] = []
  const readiness = async (ctx: Context): Promise<Readiness> => {
    if (servers.some((server) => server.isClosing(ctx))) return 'shutting down'
    const answers = await Promise.all(journals.map((journal) => journal.answers()))
    return answers.includes(false) ? 'journal away' : 'ready'
  }
  return usedByServer('health()', {
    attach: (server) => void servers.push(server),
    middleware: async (ctx, next) => {
      if (ctx.method !== 'GET' && ctx.method !== 'HEAD') return next()
      if (ctx.path === livePath) return answer(200, 'alive')
      if (ctx.path !== readyPath) return next()
      const state = await readiness(ctx)
      return answer(state === 'ready' ? 200 : 503, state)
    },
  })
}

function answer(status: number, state: string): Response {
  return json({ state }, { status, headers: { 'cache-control': 'no-store' } })
}

/** Asks the journal of one `createChannels()` whether it answers: one question at a time, however many probes come. */
class JournalProbe {
  readonly #channels: Channels
  readonly #timeoutMs: number
  #asked: Promise<boolean> | undefined

  constructor(channels: Channels, timeoutMs: number) {
    this.#channels = channels
    this.#timeoutMs = timeoutMs
  }

  /** Resolves within the time limit. A question that has no answer yet is not asked again. */
  async answers(): Promise<boolean> {
    this.#asked ??= this.#ask()
    let timer: ReturnType<typeof setTimeout> | undefined
    const timedOut = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), this.#timeoutMs)))
    try {
      return await Promise.race([this.#asked, timedOut])
    } finally {
      clearTimeout(timer)
    }
  }

  async #ask(): Promise<boolean> {
    try {
      await this.#channels.ready({ wait: false })
      return true
    } catch {
      // The answer is that the journal is away. Why is told by every use of it: a probe every few seconds would repeat it.
      return false
    } finally {
      this.#asked = undefined
    }
  }
}
