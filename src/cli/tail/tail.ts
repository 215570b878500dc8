// `tidings tail`: a stream as a person wants to read it, or as lines of JSON for a program.
import { stream, type EventStream } from '../../client/index.ts'
import { streamTypeOf } from '../../client/internal.ts'
import { defineCommand, type Command } from '../command/command.ts'
import { exitCode } from '../command/exit-code.ts'
import type { Input } from '../command/input.ts'
import { parseExpression, type Expression } from '../data/expression.ts'
import { readRequest, requestOptions, type CommandRequest } from '../request/request.ts'
import { Stopped, type Terminal } from '../terminal/terminal.ts'
import { quoteForShell } from '../terminal/shell-word.ts'
import { Narrator } from './narrator.ts'
import { createPrinter, type PrintedForm } from './printer.ts'
import { createRawFetch } from './raw-fetch.ts'
import { ResumeFile } from './resume-file.ts'
import { toTailEvent } from './tail-event.ts'

const options = {
  ...requestOptions,
  since: { value: 'ID', help: 'go on after the event with this id' },
  'resume-file': { value: 'FILE', help: 'keep the position in FILE, and go on from it next time' },
  event: { value: 'NAME', isMany: true, help: 'only events with this name; as often as needed' },
  filter: { value: 'EXPRESSION', isMany: true, help: 'only events whose data matches: path=value, or a text' },
  until: { value: 'EXPRESSION', help: 'end after the event that matches; an earlier end is a failure' },
  count: { short: 'n', value: 'N', help: 'end after N events' },
  full: { help: 'show all data, and JSON indented' },
  json: { help: 'print events as lines of JSON: event, id, data' },
  raw: { help: 'print the bytes as they arrive' },
  idle: { value: 'TIME', help: 'reconnect when nothing arrives for this long, such as 45s' },
  retries: { value: 'N', help: 'connections to try after failures in a row (10); 0 for none' },
  'unsafe-retry': { help: 'also send a POST again, although it may be carried out twice' },
  quiet: { short: 'q', help: 'say nothing about the connection' },
} as const

/** The command `tail`. */
export const tail: Command = defineCommand({
  name: 'tail',
  summary: 'follow a stream (SSE or NDJSON)',
  parameters: ['URL'],
  options,
  notes:
    'An EXPRESSION is path=value (user.name=Ada, items.0.id=7, @event=done, @id=12), or a text that the data contains; ' +
    '~ in front says that it is a text, whatever is in it. Several filters have to match together. Data goes to ' +
    'standard output, and what happens to the connection to standard error.',
  examples: [
    ['tidings tail localhost:3000/orders', 'follow a stream'],
    ['tidings tail localhost:3000/chat -d @question.json -H "X-Key: $KEY"', 'a POST'],
    ['tidings tail localhost:3000/orders --filter status=paid --json | jq .data', 'for a program'],
    ['tidings tail localhost:3000/orders --json --resume-file at >> all.ndjson', 'go on where it stopped'],
  ],
  run,
})

type TailInput = Input<keyof typeof options>

async function run(input: TailInput, terminal: Terminal): Promise<number> {
  input.refuseBoth('json', 'raw')
  input.refuseBoth('full', 'raw')
  input.refuseBoth('full', 'json')
  input.refuseBoth('since', 'resume-file')
  input.refuseBoth('raw', 'event')
  input.refuseBoth('raw', 'filter')
  const plan = planOf(input)
  const request = await readRequest(input, terminal.signal)
  const path = input.text('resume-file')
  const file = path === undefined ? undefined : new ResumeFile(path, request.url)
  const narrator = new Narrator(terminal, { isQuiet: input.has('quiet'), attempts: plan.attempts })
  return follow({ input, request, plan, file, narrator, terminal })
}

interface Plan {
  readonly count: number
  readonly attempts: number
  readonly isMeant: Expression
  readonly isLast: Expression | undefined
  readonly idleTimeoutMs: number | undefined
}

/** What the options say; an option that is wrong is refused before anything is sent. */
function planOf(input: TailInput): Plan {
  const names = input.list('event')
  const filters = input.list('filter').map((source) => parseExpression('--filter', source))
  const until = input.text('until')
  return {
    count: input.wholeNumber('count', { min: 1, max: 1e12 }) ?? Infinity,
    attempts: input.wholeNumber('retries', { min: 0, max: 1e6 }) ?? 10,
    isMeant: (event) =>
      (names.length === 0 || names.includes(event.event)) && filters.every((matches) => matches(event)),
    isLast: until === undefined ? undefined : parseExpression('--until', until),
    idleTimeoutMs: input.durationMs('idle'),
  }
}

interface Following {
  readonly input: TailInput
  readonly request: CommandRequest
  readonly plan: Plan
  readonly file: ResumeFile | undefined
  readonly narrator: Narrator
  readonly terminal: Terminal
}

async function follow(following: Following): Promise<number> {
  const { plan, narrator } = following
  const connection = { isLines: false }
  const events = open(following, connection)
  const tally = { printed: 0 }
  try {
    await printAll(events, following, connection, tally)
  } catch (error) {
    if (error instanceof Stopped) tellHowToGoOn(error, following, events.lastEventId)
    throw error
  } finally {
    events.close()
  }
  const isEnough = tally.printed >= plan.count
  narrator.end(`${isEnough ? 'left' : 'ended'} after ${tally.printed} event${tally.printed === 1 ? '' : 's'}`)
  return exitCode.ok
}

function tellHowToGoOn({ exitCode: code }: Stopped, { file, narrator }: Following, lastEventId: string): void {
  // Of a pipe that was closed nobody knows which events were still read: a position would be a guess.
  if (code === exitCode.ok || lastEventId === '') return
  const how = file === undefined ? `--since ${quoteForShell(lastEventId)}` : 'the same command again'
  narrator.end(`stopped; to go on: ${how}`)
}

/** What is known of the current connection. */
interface Connection {
  /** Whether it is NDJSON without envelopes: each line is data. */
  isLines: boolean
}

function open({ input, request, plan, file, narrator, terminal }: Following, connection: Connection): EventStream {
  const { isLast, attempts, idleTimeoutMs } = plan
  const { onOpen, ...narration } = narrator.callbacks(request.url, () => events.lastEventId)
  const events = stream(request.url, {
    ...narration,
    onOpen: (response) => {
      const type = streamTypeOf(response.headers.get('content-type'))
      connection.isLines = type !== undefined && !type.isSse && !type.hasControls
      onOpen(response)
    },
    method: request.method,
    headers: request.headers,
    body: request.body,
    as: 'text',
    signal: terminal.signal,
    lastEventId: file?.lastEventId ?? input.text('since'),
    retry: attempts === 0 ? false : { attempts, unsafe: input.has('unsafe-retry') },
    idleTimeoutMs,
    until: isLast && ((event) => isLast(toTailEvent(event))),
    fetch: input.has('raw') ? createRawFetch((chunk) => terminal.print(chunk)) : undefined,
  })
  return events
}

/** Prints the events that are meant, and stores the position after each event, printed or not. */
async function printAll(
  events: EventStream,
  { input, plan, file, narrator, terminal }: Following,
  connection: Connection,
  tally: { printed: number },
): Promise<void> {
  const print = createPrinter(formOf(input), input.has('full'), terminal)
  for await (const served of events) {
    const event = toTailEvent(served)
    const isMeant = !event.isNotice && plan.isMeant(event)
    if (event.isNotice) narrator.notice(served)
    const text = isMeant || event.isNotice ? print(event, connection.isLines) : ''
    const data = file?.withoutPrinted(text) ?? text
    if (data.length > 0) await terminal.print(data)
    file?.store(events.lastEventId)
    if (isMeant) tally.printed += 1
    if (tally.printed >= plan.count) return
  }
}

function formOf(input: TailInput): PrintedForm {
  if (input.has('raw')) return 'nothing'
  return input.has('json') ? 'line' : 'view'
}
