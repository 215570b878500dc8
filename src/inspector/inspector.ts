// `inspector()`: middleware that watches the streams of the server that uses it, and serves the page that shows them.
import { checkOptions } from '../base/index.ts'
import type { Context, Middleware } from '../server/index.ts'
import { attachTo, type AttachedTo, type Attachment } from '../server/internal.ts'
import { admission } from './admission.ts'
import { ChannelRecorder } from './channel-recorder.ts'
import { History } from './history.ts'
import { checkGuard, inspectorChecks, type InspectorOptions } from './options.ts'
import { Recorder } from './recorder.ts'
import { redactText } from './redact-text.ts'
import { Reports } from './reports.ts'
import { createInspectorServer } from './routes.ts'

/**
 * Middleware for `server.use`: a page that shows every open and recent stream of the server, whatever client reads it, with its
 * events, state and end, and the topics, runs and journals of `channels`. Use it before other middleware that answers by
 * itself.
 *
 * Everybody's events are shown, so it needs a `guard`, unless `NODE_ENV` is `development` or `test`, or `development` is `true`:
 * then it answers this machine alone. Pages of other sites are refused in any case.
 *
 * @example
 * import { Server } from 'tidings'
 * import { inspector } from 'tidings/inspector'
 *
 * const server = new Server([])
 * server.use(inspector({ development: true })) // http://localhost:3000/_tidings
 *
 * @throws TidingsError `ERR_OPTION` without a guard outside of development, and for an option that does not exist or cannot work
 */
export function inspector(options: InspectorOptions = {}): Middleware {
  checkOptions('inspector()', options, inspectorChecks)
  checkGuard(options)
  const { path = '/_tidings' } = options
  const inspection = new ServerInspection(options, path)
  const middleware: Middleware = (ctx, next) => (isBelow(path, ctx.path) ? inspection.answer(ctx) : next())
  return Object.assign(middleware, { [attachTo]: (server: AttachedTo) => inspection.attach(server) })
}

function isBelow(path: string, asked: string): boolean {
  return asked === path || asked.startsWith(`${path}/`)
}

/** Everything that one inspector keeps and answers. */
class ServerInspection {
  readonly #options: InspectorOptions
  readonly #path: string
  readonly #history: History
  readonly #server: ReturnType<typeof createInspectorServer>
  readonly #token: string
  #servers = 0

  constructor(options: InspectorOptions, path: string) {
    const { channels = [], guard, redact = {}, eventsPerStream = 100, maxBytes = 64 * 1024 * 1024 } = options
    this.#options = options
    this.#path = path
    this.#token = options.token ?? crypto.randomUUID()
    this.#history = new History({ eventsPerStream, maxBytes }, redactText(redact))
    const recorders = channels.map((one, index) => {
      const recorder = new ChannelRecorder(`channels ${index + 1}`, one)
      one.observe(recorder)
      return recorder
    })
    this.#server = createInspectorServer({
      path,
      shown: { history: this.#history, channels: recorders },
      reports: new Reports(this.#history),
      admit: admission(guard),
      token: this.#token,
      onError: print,
    })
  }

  /** Called by `server.use`. */
  attach(server: AttachedTo): Attachment {
    const { redact, who = addressOf, log = console.info } = this.#options
    this.#servers += 1
    const prefix = this.#servers === 1 ? 'server' : `server${this.#servers}`
    server.observe(new Recorder(this.#history, { headers: redact?.headers ?? [], who, onError: print }, prefix))
    if (this.#servers === 1) {
      log(`The inspector is at ${this.#path}. Other programs report to it with`)
      log(`  TIDINGS_INSPECTOR=http://localhost:<port>${this.#path}?token=${this.#token}`)
    }
    return { onShutDown: () => void this.#server.disconnect(() => true) }
  }

  /** Answers a request below the inspector's path. */
  answer({ request, remoteAddress, host, state }: Context): Promise<Response> {
    return this.#server.dispatch(request, { remoteAddress, host, state })
  }
}

/** Errors in a guard or a rule are the developer's to see. */
function print(error: unknown): void {
  console.error(error)
}

function addressOf({ remoteAddress }: Context): string | undefined {
  return remoteAddress
}
