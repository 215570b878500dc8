// `diagnostics()`: what happens, as messages of Node's `diagnostics_channel`, for tools that know nothing of this package's API.
import { checkOptions, required, typed, type OptionChecks } from '../base/index.ts'
import type { ChannelObserver, Channels } from '../channel/index.ts'
import type { Middleware, ServerObserver } from '../server/index.ts'
import { channelsCheck } from './channels-option.ts'
import { usedByServer } from './used-by-server.ts'

/** The module `node:diagnostics_channel`, as far as it is used here. */
export interface DiagnosticsChannels {
  channel(name: string): { readonly hasSubscribers: boolean; publish(message: unknown): void }
}

/** Options of {@link diagnostics}. */
export interface DiagnosticsOptions {
  /** Of whose topics, runs and journals is told. Default: none. */
  readonly channels?: readonly Channels[] | undefined
}

const checks: OptionChecks<DiagnosticsOptions> = { channels: channelsCheck }

/**
 * Middleware for `server.use`, one or several servers, that publishes what happens to their streams, and to the topics, runs and
 * journals of `channels`, by `node:diagnostics_channel`, which is handed in. No message is made where nobody subscribes.
 *
 * @example
 * import diagnosticsChannel from 'node:diagnostics_channel'
 * import { Server } from 'tidings'
 * import { diagnostics } from 'tidings/observe'
 *
 * const server = new Server([])
 * server.use(diagnostics(diagnosticsChannel))
 * diagnosticsChannel.subscribe('tidings:stream.end', (message) => console.log(message))
 *
 * @throws TidingsError `ERR_OPTION` for a module that is none, and for an option that does not exist or cannot work
 */
export function diagnostics(module: DiagnosticsChannels, options: DiagnosticsOptions = {}): Middleware {
  required(typed('function'))(
    'diagnostics(): channel of node:diagnostics_channel',
    Reflect.get(Object(module), 'channel'),
  )
  checkOptions('diagnostics()', options, checks)
  const observer = streamMessages(module)
  for (const channels of options.channels ?? []) channels.observe(channelMessages(module))
  return usedByServer('diagnostics()', {
    attach: (server) => void server.observe(observer),
    middleware: (_, next) => next(),
  })
}

/** Publishes what `make` returns, if anybody subscribes. */
type Publish = (make: () => object) => void

function publisher(module: DiagnosticsChannels, name: string): Publish {
  const channel = module.channel(`tidings:${name}`)
  return (make) => {
    if (channel.hasSubscribers) channel.publish(make())
  }
}

function streamMessages(module: DiagnosticsChannels): ServerObserver {
  const open = publisher(module, 'stream.open')
  const head = publisher(module, 'stream.head')
  const write = publisher(module, 'stream.write')
  const full = publisher(module, 'stream.full')
  const room = publisher(module, 'stream.room')
  const end = publisher(module, 'stream.end')
  return {
    onOpen: (stream) => open(() => ({ stream })),
    onHead: (stream, { status, headers }) => head(() => ({ stream, status, headers })),
    onWrite: (stream, frames) => write(() => ({ stream, frames })),
    onFull: (stream) => full(() => ({ stream })),
    onRoom: (stream) => room(() => ({ stream })),
    onEnd: (stream) => end(() => ({ stream })),
  }
}

function channelMessages(module: DiagnosticsChannels): ChannelObserver {
  const call = publisher(module, 'journal.call')
  const follow = publisher(module, 'channel.follow')
  const leave = publisher(module, 'channel.leave')
  const heal = publisher(module, 'channel.heal')
  const gap = publisher(module, 'channel.gap')
  const reset = publisher(module, 'channel.reset')
  const run = publisher(module, 'run')
  return {
    onJournalCall: (told) => call(() => ({ ...told })),
    onFollow: (place) => follow(() => ({ place })),
    onLeave: (place) => leave(() => ({ place })),
    onHeal: (healing) => heal(() => ({ ...healing })),
    onGap: (missed) => gap(() => ({ ...missed })),
    onReset: (place) => reset(() => ({ place })),
    onRun: (told) => run(() => ({ run: told })),
  }
}
