// `tidings record`: a stream into a file, with the borders and the times of its chunks.
import { statSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { TidingsError } from '../../base/index.ts'
import {
  encodeCassette,
  recordResponse,
  type Cassette,
  type CassetteRequest,
  type RecordOptions,
} from '../../testing/index.ts'
import { defineCommand, type Command } from '../command/command.ts'
import { exitCode } from '../command/exit-code.ts'
import type { Input } from '../command/input.ts'
import { toBodyText } from '../request/body-text.ts'
import { readRequest, requestOptions, type CommandRequest } from '../request/request.ts'
import { createDeadline } from '../terminal/deadline.ts'
import { Failed, type Terminal } from '../terminal/terminal.ts'
import { describeCassette } from './describe-cassette.ts'

const options = {
  ...requestOptions,
  duration: { short: 't', value: 'TIME', help: 'stop after this long; without it, when the stream ends, or by Ctrl-C' },
  'max-bytes': { value: 'N', help: 'stop before more bytes than this (64 MiB)' },
  redact: { value: 'NAME', isMany: true, help: 'a header or query parameter to leave out, too; as often as needed' },
  secrets: { help: 'leave out nothing: tokens and cookies are in the file then' },
  force: { help: 'overwrite FILE' },
} as const

/** The command `record`. */
export const record: Command = defineCommand({
  name: 'record',
  summary: 'record a stream into a file, with its timing',
  parameters: ['URL', 'FILE'],
  options,
  notes:
    'The file (a cassette) is lines of JSON: the head, a line for each chunk as it arrived, and how it ended. It is ' +
    'written when the recording ends. Authorization, cookies, and headers and query parameters like key and token are ' +
    'left out of it; what is in the bodies is not.',
  examples: [
    ['tidings record localhost:3000/orders orders.cassette', 'until it ends, or Ctrl-C'],
    ['tidings record https://api.example.com/v1/chat chat.cassette -d @question.json', 'a POST'],
    ['tidings record localhost:3000/orders orders.cassette -t 30s --redact x-tenant', 'for half a minute'],
  ],
  run,
})

type RecordInput = Input<keyof typeof options>

async function run(input: RecordInput, terminal: Terminal): Promise<number> {
  input.refuseBoth('redact', 'secrets')
  const path = input.parameter(1)
  const durationMs = input.durationMs('duration')
  const maxBytes = input.wholeNumber('max-bytes', { min: 1, max: 2 ** 30 })
  const request = await readRequest(input, terminal.signal)
  const before = statSync(path, { throwIfNoEntry: false })
  if (before !== undefined && !input.has('force')) throw wrong(`${path} exists already. Add --force to overwrite it.`)
  // What is renamed to a device takes its place, for every program.
  if (before?.isFile() === false) throw wrong(`${path} is no file that can be overwritten.`)
  const draft = `${path}.part`
  const file = await open(draft, 'w').catch((error: unknown) => {
    throw wrong(`${draft} cannot be written`, error)
  })
  const deadline = createDeadline(terminal.signal, durationMs)
  try {
    const response = await send(request, deadline.signal)
    terminal.say(`recording ${request.url.origin}${request.url.pathname}: ${response.status}`)
    const redact = redactOf(input)
    const cassette = await recordAll(
      response,
      { request: toCassetteRequest(request), redact, maxBytes },
      deadline.signal,
    )
    await file.writeFile(encodeCassette(cassette)).catch((error: unknown) => {
      throw new Failed(`${draft} cannot be written: the recording is lost`, { cause: error })
    })
    await rename(draft, path).catch((error: unknown) => {
      throw new Failed(`${path} cannot be written: the recording is lost`, { cause: error })
    })
    terminal.say(`${path}: ${describeCassette(cassette)}`)
    if (terminal.signal.aborted) throw terminal.signal.reason
    return cassette.end.how === 'cut' ? exitCode.failed : exitCode.ok
  } finally {
    deadline.clear()
    await file.close()
    await rm(draft, { force: true })
  }
}

function redactOf(input: RecordInput): RecordOptions['redact'] {
  const names = input.list('redact')
  return input.has('secrets') ? false : { headers: names, query: names }
}

async function send({ url, method, headers, body }: CommandRequest, signal: AbortSignal): Promise<Response> {
  // `identity`: the borders of compressed chunks are not those of the events.
  const all = new Headers({ accept: 'text/event-stream', 'accept-encoding': 'identity' })
  for (const [name, value] of headers) all.set(name, value)
  const head = new AbortController()
  const abort = (): void => head.abort(signal.reason)
  signal.addEventListener('abort', abort)
  try {
    signal.throwIfAborted()
    return await fetch(url, { method, headers: all, body: body ?? null, signal: head.signal })
  } finally {
    // From here on the body is cancelled, not aborted: a stream that is left was not cut.
    signal.removeEventListener('abort', abort)
  }
}

/** Reads the response to its end, to the limit, or until it is to stop. */
async function recordAll(response: Response, options: RecordOptions, stop: AbortSignal): Promise<Cassette> {
  const recording = recordResponse(response, options)
  const reader = recording.response.body?.getReader()
  // A reader that has been cancelled already, or whose connection is cut, has nothing to add.
  const leave = (): void => void reader?.cancel().catch(() => {})
  stop.addEventListener('abort', leave)
  if (stop.aborted) leave()
  void readAll(reader)
  const cassette = await recording.cassette
  stop.removeEventListener('abort', leave)
  leave()
  return cassette
}

async function readAll(reader: ReadableStreamDefaultReader<Uint8Array> | undefined): Promise<void> {
  try {
    let isOver = reader === undefined
    while (!isOver) isOver = (await reader?.read())?.done !== false
  } catch {
    // A cut connection: the cassette says so.
  }
}

function toCassetteRequest({ url, method, headers, body }: CommandRequest): CassetteRequest {
  const text = body && toBodyText(body)
  return {
    method,
    url: url.href,
    headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
    ...(text !== undefined && { body: text }),
  }
}

function wrong(message: string, cause?: unknown): TidingsError {
  return new TidingsError('ERR_OPTION', message, { cause })
}
