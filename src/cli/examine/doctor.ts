// `tidings doctor`: examines a stream, and says what is wrong with it and how to mend it.
import { TidingsError } from '../../base/index.ts'
import { defineCommand, type Command } from '../command/command.ts'
import { exitCode } from '../command/exit-code.ts'
import type { Input } from '../command/input.ts'
import { diagnose } from '../doctor/diagnose.ts'
import { examineResume } from '../doctor/examine-resume.ts'
import type { Finding } from '../doctor/finding.ts'
import { formatFinding, formatSummary, toJsonLine, worstLevel } from '../doctor/report.ts'
import { readRequest, requestOptions, type CommandRequest } from '../request/request.ts'
import type { Terminal } from '../terminal/terminal.ts'

const options = {
  ...requestOptions,
  wait: { value: 'TIME', help: 'how long the stream is read (20s)' },
  silence: { value: 'TIME', help: 'the longest silence that needs no heartbeat (16s)' },
  origin: { value: 'ORIGIN', help: 'the origin of the page that reads the stream, for CORS' },
  insecure: { short: 'k', help: 'take a certificate that nobody has signed' },
  resume: { help: 'run the conformance suite for resuming instead' },
  'produce-url': { value: 'URL', help: 'with --resume: what makes the server send events, by POST; {count} for many' },
  count: { short: 'n', value: 'N', help: 'with --resume: how many events each case reads (30)' },
  json: { help: 'print findings as lines of JSON' },
  quiet: { short: 'q', help: 'leave out what is in order' },
} as const

/** The command `doctor`. */
export const doctor: Command = defineCommand({
  name: 'doctor',
  summary: 'is this endpoint right? What is wrong, why, and how to mend it',
  parameters: ['URL'],
  options,
  notes:
    'The request is sent about ten times. Nothing is changed on the server, but for what the request itself does. The exit ' +
    'code is 1 if there is a fault.',
  examples: [
    ['tidings doctor localhost:3000/orders', 'examine a stream'],
    ['tidings doctor https://example.com/feed --origin https://app.example.com', 'read by another page'],
    ['tidings doctor localhost:3000/orders --resume --produce-url http://localhost:3000/add', 'resuming'],
    ['tidings doctor localhost:3000/orders --json | jq \'select(.level=="fault")\'', 'for a program'],
  ],
  run,
})

type DoctorInput = Input<keyof typeof options>

async function run(input: DoctorInput, terminal: Terminal): Promise<number> {
  for (const name of ['produce-url', 'count'] as const)
    if (input.has(name) && !input.has('resume')) throw new TidingsError('ERR_OPTION', `--${name} needs --resume.`)
  for (const name of ['data', 'request', 'wait', 'silence', 'origin', 'insecure'] as const)
    input.refuseBoth('resume', name)
  const request = await readRequest(input, terminal.signal)
  const findings: Finding[] = []
  const examination = input.has('resume')
    ? examineResume(resumeOptions(input, request, terminal))
    : diagnose(diagnoseOptions(input, request, terminal))
  const { origin, pathname } = request.url
  terminal.say(terminal.talkPaint.dim(`examining ${origin}${pathname}: ${durationOf(input)}`))
  for await (const finding of examination) {
    findings.push(finding)
    if (!input.has('quiet') || finding.level !== 'ok') await terminal.print(describe(finding, input, terminal))
  }
  if (!input.has('json')) await terminal.print(`\n${formatSummary(findings, { colors: terminal.hasColours })}`)
  return worstLevel(findings) === 'fault' ? exitCode.failed : exitCode.ok
}

/** What a person who sees nothing yet wants to know. */
function durationOf(input: DoctorInput): string {
  if (input.has('resume')) return 'the cases of the suite, one after the other'
  return `it is read for up to ${input.text('wait') ?? '20s'}, and then asked again`
}

function describe(finding: Finding, input: DoctorInput, terminal: Terminal): string {
  if (input.has('json')) return toJsonLine(finding)
  return formatFinding(finding, { colors: terminal.hasColours, columns: terminal.columns })
}

function diagnoseOptions(
  input: DoctorInput,
  { url, method, headers, body }: CommandRequest,
  { signal }: Terminal,
): Parameters<typeof diagnose>[0] {
  return {
    url: url.href,
    method,
    headers: Object.fromEntries(headers),
    ...(body && { body }),
    waitMs: input.durationMs('wait'),
    silenceMs: input.durationMs('silence'),
    origin: input.text('origin'),
    insecure: input.has('insecure'),
    signal,
  }
}

function resumeOptions(
  input: DoctorInput,
  { url, headers }: CommandRequest,
  { signal }: Terminal,
): Parameters<typeof examineResume>[0] {
  return {
    url: url.href,
    headers: Object.fromEntries(headers),
    produceUrl: input.text('produce-url'),
    count: input.wholeNumber('count', { min: 2, max: 10_000 }),
    signal,
  }
}
