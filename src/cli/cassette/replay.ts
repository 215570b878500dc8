// `tidings replay`: a recorded stream from a real server, at another pace, or over a bad network.
import { once } from 'node:events'
import { TidingsError } from '../../base/index.ts'
import { createChooser } from '../../testing/internal.ts'
import { cassetteAfter, type Cassette, type CassetteSource } from '../../testing/index.ts'
import { readCassette, streamServer, type StreamServer, type StreamServerOptions } from '../../testing-node/index.ts'
import { defineCommand, type Command } from '../command/command.ts'
import type { Input } from '../command/input.ts'
import { parseFactor } from '../command/value.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { describeCassette } from './describe-cassette.ts'

const options = {
  port: { short: 'p', value: 'PORT', help: 'the port on 127.0.0.1; a free one without it' },
  speed: { value: 'FACTOR', help: 'so many times as fast (1); max for all at once' },
  'cut-after': { value: 'BYTES', help: 'break the connection (RST) after so many bytes of the body' },
  stall: { value: 'BYTES', help: 'send nothing more after so many bytes, and stay connected' },
  'split-bytes': { value: 'BYTES', help: 'split chunks into pieces of so many bytes' },
  slow: { value: 'BYTES', help: 'at most so many bytes a second' },
  resume: { help: 'go on behind the Last-Event-ID of a reader that comes back' },
} as const

/** The command `replay`. */
export const replay: Command = defineCommand({
  name: 'replay',
  summary: 'serve a recorded stream, as it was or over a bad network',
  parameters: ['FILE'],
  options,
  notes:
    'FILE is a cassette of tidings record. Each request, to whatever path, is answered from its beginning; with --resume ' +
    'one that names an event of the cassette from behind it. The url is printed to standard output, and the server runs until Ctrl-C.',
  examples: [
    ['tidings replay orders.cassette --port 4000', 'as it was recorded'],
    ['tidings replay chat.cassette --speed 20', 'quickly'],
    ['tidings replay chat.cassette --split-bytes 1', 'byte by byte: does a client hold on to borders?'],
    ['tidings replay chat.cassette --cut-after 300', 'a connection that breaks in the middle of an event'],
    ['tidings replay chat.cassette --cut-after 300 --resume', 'again and again, from a server that resumes'],
  ],
  run,
})

type ReplayInput = Input<keyof typeof options>

const bytes = { min: 0, max: 2 ** 40 }

async function run(input: ReplayInput, terminal: Terminal): Promise<number> {
  input.refuseBoth('cut-after', 'stall')
  const settings = settingsOf(input)
  const path = input.parameter(0)
  const cassette = await readCassette(path).catch((error: unknown) => {
    throw new TidingsError('ERR_OPTION', `${path} cannot be replayed`, { cause: error })
  })
  const server = await serve(cassette, settings, input.has('resume')).catch((error: unknown) => {
    throw new TidingsError('ERR_OPTION', 'The stream cannot be served', { cause: error })
  })
  try {
    terminal.say(`${path}: ${describeCassette(cassette)}`)
    await terminal.print(`${server.url}\n`)
    if (!terminal.signal.aborted) await once(terminal.signal, 'abort')
    throw terminal.signal.reason
  } finally {
    await server.close()
  }
}

/** `async`, so that an option that cannot work rejects like a port that is taken. */
async function serve(cassette: Cassette, settings: StreamServerOptions, resumes: boolean): Promise<StreamServer> {
  return streamServer(resumes ? resuming(cassette, settings) : cassette, settings)
}

/** Answers as a server does that resumes: from behind the event that the reader names, if there is such an event. */
function resuming(cassette: Cassette, { cutAfter, stall }: StreamServerOptions): CassetteSource {
  // Refuses at once what is beyond the whole of it; beyond a rest it is none of the reader's business.
  createChooser(cassette, { cutAfter, stall })
  return ({ lastEventId }) => {
    const rest = lastEventId === undefined ? cassette : restAfter(cassette, lastEventId)
    const size = rest.chunks.reduce((sum, chunk) => sum + chunk.bytes.byteLength, 0)
    const within = (bytes: number | undefined): number | undefined => ((bytes ?? 0) > size ? undefined : bytes)
    return { cassette: rest, cutAfter: within(cutAfter), stall: within(stall) }
  }
}

function restAfter(cassette: Cassette, lastEventId: string): Cassette {
  try {
    return cassetteAfter(cassette, lastEventId)
  } catch {
    // No event has this id: the reader begins anew, as at a server that has forgotten it.
    return cassette
  }
}

function settingsOf(input: ReplayInput): StreamServerOptions {
  const speed = input.text('speed')
  return {
    port: input.wholeNumber('port', { min: 0, max: 65_535 }),
    speed: speed === undefined ? undefined : parseSpeed(speed),
    cutAfter: input.wholeNumber('cut-after', bytes),
    stall: input.wholeNumber('stall', bytes),
    splitBytes: input.wholeNumber('split-bytes', { ...bytes, min: 1 }),
    slow: input.wholeNumber('slow', { ...bytes, min: 1 }),
  }
}

function parseSpeed(text: string): number | false {
  return text === 'max' ? false : parseFactor('--speed', text)
}
