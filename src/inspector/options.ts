// The options of the inspector, and who may look at all.
import {
  describeValue,
  listOf,
  options,
  TidingsError,
  typed,
  wholeNumber,
  type OptionCheck,
  type OptionChecks,
} from '../base/index.ts'
import type { Channels } from '../channel/index.ts'
import { isDevelopment } from '../server/internal.ts'
import type { Context, Middleware } from '../server/index.ts'

/** What is not shown, beside the secrets that never are: `Authorization`, cookies, API keys, and the like in urls. */
export interface RedactOptions {
  /** Names of more headers whose values are replaced. */
  readonly headers?: readonly string[] | undefined
  /**
   * Returns what is shown of the data of an event, `data` or a part of it, say. `event` is its name, `route` the path of its
   * route. Where it throws, nothing of the event is shown.
   */
  readonly data?:
    | ((data: string, event: { readonly event: string; readonly route: string | undefined }) => string)
    | undefined
}

/** Options of {@link inspector}. */
export interface InspectorOptions {
  /** Where the page is. Default `/_tidings`. */
  readonly path?: string | undefined
  /** Whose topics, runs and journals are shown. Default: none. */
  readonly channels?: readonly Channels[] | undefined
  /**
   * Middleware that lets in whoever may see what everybody is sent, and answers or throws for all others. Needed unless
   * `NODE_ENV` is `development` or `test`, or `development` is `true`.
   */
  readonly guard?: Middleware | undefined
  /**
   * `true`: works without a guard, for requests of this machine to one of its own names (`localhost`, `127.0.0.1`). Default:
   * whether `NODE_ENV` is `development` or `test`.
   */
  readonly development?: boolean | undefined
  /** What is not shown. */
  readonly redact?: RedactOptions | undefined
  /** Who reads a stream, in words for the list. Default: the address of the connection. */
  readonly who?: ((ctx: Context) => string | undefined) | undefined
  /** How many events are kept of a stream. Default 100. */
  readonly eventsPerStream?: number | undefined
  /** What all kept events may take up, in bytes. Default 64 MiB. Streams that have ended go first. */
  readonly maxBytes?: number | undefined
  /**
   * What other programs must send as `Authorization: Bearer` to have their streams shown (`TIDINGS_INSPECTOR`): at least 16
   * characters. Default: made at start and printed.
   */
  readonly token?: string | undefined
  /** Called with what there is to say at start. Default: `console.info`. */
  readonly log?: ((line: string) => void) | undefined
}

const pathCheck: OptionCheck = (name, value) => {
  if (value === undefined || (typeof value === 'string' && /^(\/[\w.~-]+)+$/.test(value))) return
  throw new TidingsError('ERR_OPTION', `${name} must be a path such as /_tidings, not ${describeValue(value)}.`)
}

const channelsCheck: OptionCheck = (name, value) => {
  if (value === undefined) return
  if (Array.isArray(value) && value.every((item: unknown) => typeof Object(item).observe === 'function')) return
  throw new TidingsError('ERR_OPTION', `${name} must be a list of what createChannels() returns.`)
}

const tokenCheck: OptionCheck = (name, value) => {
  if (value === undefined || (typeof value === 'string' && /^[\w.~+/=-]{16,}$/.test(value))) return
  throw new TidingsError('ERR_OPTION', `${name} must have at least 16 characters that a header can hold.`)
}

const redactChecks: OptionChecks<RedactOptions> = {
  headers: listOf('names of headers', () => true),
  data: typed('function'),
}

/** The checks of all {@link InspectorOptions}. */
export const inspectorChecks: OptionChecks<InspectorOptions> = {
  path: pathCheck,
  channels: channelsCheck,
  guard: typed('function'),
  development: typed('boolean'),
  redact: options(redactChecks),
  who: typed('function'),
  eventsPerStream: wholeNumber({ least: 1 }),
  maxBytes: wholeNumber({ least: 1 }),
  token: tokenCheck,
  log: typed('function'),
}

/**
 * Refuses an inspector that would show everybody's streams to everybody.
 *
 * @throws TidingsError `ERR_OPTION` without a guard, unless this is development
 */
export function checkGuard({ guard, development = isDevelopment() }: InspectorOptions): void {
  if (guard !== undefined || development) return
  throw new TidingsError(
    'ERR_OPTION',
    'inspector() shows what every reader is sent, so it needs a guard: inspector({ guard: async (ctx, next) => { ' +
      "if (!isAdmin(ctx)) throw err.forbidden('Only for admins.'); return next() } }). " +
      'On your own machine NODE_ENV=development or inspector({ development: true }) will do.',
  )
}
