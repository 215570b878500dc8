// `tidings bench`: many readers of one stream, for a while: how many events, how soon, how evenly.
import { setMaxListeners } from 'node:events'
import { TidingsError } from '../../base/index.ts'
import { defineCommand, type Command } from '../command/command.ts'
import { exitCode } from '../command/exit-code.ts'
import type { Input } from '../command/input.ts'
import { isLoopback, readRequest, requestOptions } from '../request/request.ts'
import { createDeadline } from '../terminal/deadline.ts'
import { Stopped, type Terminal } from '../terminal/terminal.ts'
import { runConnection, type ConnectionOptions } from './connection.ts'
import { describeMeasurement, describeProgress, toMeasurementLine, type Measurement } from './report.ts'
import { Tally } from './tally.ts'

const options = {
  ...requestOptions,
  connections: { short: 'c', value: 'N', help: 'readers at the same time (10), at most 10000' },
  duration: { short: 't', value: 'TIME', help: 'how long (10s), at most 10m' },
  'latency-field': {
    value: 'PATH',
    help: 'where in the data an event says when it was made: ms since 1970, or a date',
  },
  json: { help: 'print the result as a line of JSON' },
  'i-own-this-server': { help: 'measure a server that is not on this machine: you may put load on it' },
} as const

/** The command `bench`. */
export const bench: Command = defineCommand({
  name: 'bench',
  summary: 'measure a server with many readers of one stream',
  parameters: ['URL'],
  options,
  notes:
    'Each reader has a connection of its own, which is not opened again when the server ends it; with the last of them ' +
    'the measurement ends, too. "between events" is the time from one event to the next of the same reader. The exit ' +
    'code is 1 if a connection failed.',
  examples: [
    ['tidings bench localhost:3000/orders', '10 readers for 10 seconds'],
    ['tidings bench localhost:3000/clock -c 1000 -t 30s --latency-field sentAt', 'latency by a time in the data'],
    ['tidings bench localhost:3000/chat -d @question.json --json | jq .firstEventMs', 'for a program'],
  ],
  run,
})

/** Connections whose head has not arrived, at most: more at once measure the queue of the system that accepts them. */
const openingLimit = 100
const longestMs = 600_000
const progressMs = 250

async function run(input: Input<keyof typeof options>, terminal: Terminal): Promise<number> {
  const connections = input.wholeNumber('connections', { min: 1, max: 10_000 }) ?? 10
  const durationMs = input.durationMs('duration') ?? 10_000
  if (durationMs > longestMs) throw new TidingsError('ERR_OPTION', '--duration is at most 10m.')
  const request = await readRequest(input, terminal.signal)
  if (!isLoopback(request.url) && !input.has('i-own-this-server')) throw foreignServer(request.url)
  const tally = new Tally()
  const { signal, clear } = createDeadline(terminal.signal, durationMs)
  // Each connection listens: as many as that are no leak.
  setMaxListeners(connections + 1, signal)
  const startedAt = performance.now()
  const measure = (): Measurement => ({
    url: request.url.href,
    connections,
    elapsedMs: performance.now() - startedAt,
    tally,
  })
  const stopProgress = showProgress(measure, terminal)
  await runAll(connections, { request, tally, latencyField: input.text('latency-field'), signal })
  clear()
  stopProgress()
  const result = measure()
  await terminal.print(input.has('json') ? toMeasurementLine(result) : describeMeasurement(result, terminal.paint))
  if (terminal.signal.reason instanceof Stopped) throw terminal.signal.reason
  return tally.failed > 0 || tally.opened === 0 ? exitCode.failed : exitCode.ok
}

function foreignServer({ host }: URL): TidingsError {
  const why = `${host} is not this machine, and a measurement is load.`
  return new TidingsError('ERR_OPTION', `${why} If you may do that to it, add --i-own-this-server.`)
}

/** Runs connections, all at the same time but for their opening; resolves when the last is closed. */
async function runAll(count: number, options: Omit<ConnectionOptions, 'onHead'>): Promise<void> {
  const running: Promise<void>[] = []
  let opening = 0
  let proceed: (() => void) | undefined
  const onHead = (): void => {
    opening -= 1
    proceed?.()
  }
  for (let index = 0; index < count && !options.signal.aborted; index += 1) {
    opening += 1
    running.push(runConnection({ ...options, onHead }))
    if (opening >= openingLimit) await new Promise<void>((resolve) => (proceed = resolve))
  }
  await Promise.all(running)
}

/** Shows the state every quarter of a second; returns how to stop. */
function showProgress(measure: () => Measurement, terminal: Terminal): () => void {
  const show = (): void => {
    terminal.showProgress(describeProgress(measure(), terminal.talkColumns ?? 80))
  }
  const timer = setInterval(show, progressMs)
  return () => {
    clearInterval(timer)
    terminal.showProgress('')
  }
}
