// Writes docs/scoreboard.md: what `tidings doctor` finds in the streams of other libraries, and in ours, from real runs.
//
//   node scripts/scoreboard.mjs            # about a minute
//   node scripts/scoreboard.mjs --print    # to the terminal instead of the file
//
// The libraries are those of bench/package.json; they are installed if they are missing, and so is the build.
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { build, install, root, run } from './setup.mjs'

/** `file` is the one in bench/doctor/; a `package` of another folder than bench says which. */
const roster = [
  { name: 'Tidings', file: 'tidings', manifest: 'package.json' },
  { name: '@fastify/sse', file: 'fastify-sse', manifest: 'bench/node_modules/@fastify/sse/package.json' },
  { name: 'better-sse', file: 'better-sse', manifest: 'bench/node_modules/better-sse/package.json' },
  { name: 'Elysia (on Node)', file: 'elysia', manifest: 'bench/node_modules/elysia/package.json' },
  { name: 'Express by hand', file: 'express', manifest: 'node_modules/express/package.json' },
  { name: 'h3', file: 'h3', manifest: 'bench/node_modules/h3/package.json' },
  { name: 'Hono', file: 'hono', manifest: 'bench/node_modules/hono/package.json' },
  { name: 'vafast', file: 'vafast', manifest: 'bench/node_modules/vafast/package.json' },
]
const levels = ['fault', 'warning', 'note']
const waitMs = 40_000

install()
install('bench', ['--ignore-scripts'])
build()
const { diagnose } = await import('../dist/cli/doctor/diagnose.js')
const { examineResume } = await import('../dist/cli/doctor/examine-resume.js')

// One after the other but for the long silence, in which nothing is measured but whether there is one.
const silences = Promise.all(roster.map((subject) => serving(subject, (url) => heartbeatOf(`${url}/quiet`))))
const results = []
for (const subject of roster) results.push(await serving(subject, examine))
const heartbeats = await silences
const page = toPage(
  results.map((result, index) => ({ ...result, findings: withHeartbeat(result.findings, heartbeats[index]) })),
)
if (process.argv.includes('--print')) console.log(page)
else {
  writeFileSync(join(root, 'docs/scoreboard.md'), page)
  run(process.execPath, ['node_modules/oxfmt/bin/oxfmt', 'docs/scoreboard.md'])
}

/** Runs the server of a subject in a process of its own for as long as `use` takes. */
async function serving({ file }, use) {
  const child = spawn(process.execPath, [join(root, 'bench/doctor/child.mjs'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const [, url] = /^listening (\S+)$/.exec(line) ?? []
      if (url !== undefined) return await use(url)
    }
    throw new Error(`The server ${file} ended without an address.`)
  } finally {
    child.kill('SIGKILL')
  }
}

async function examine(url) {
  const findings = await collect(diagnose({ url: `${url}/feed`, waitMs: 5000 }))
  const resume = await collect(examineResume({ url: `${url}/ticks`, count: 20, caseTimeoutMs: 5000 }))
  return { findings, resume }
}

async function heartbeatOf(url) {
  const findings = await collect(diagnose({ url, waitMs }))
  return findings.find(({ check }) => check === 'heartbeat')
}

function withHeartbeat(findings, heartbeat) {
  return findings.map((finding) => (finding.check === 'heartbeat' && heartbeat !== undefined ? heartbeat : finding))
}

async function collect(source) {
  const found = []
  for await (const finding of source) found.push(finding)
  return found
}

function toPage(results) {
  const rows = results.map(({ findings, resume }, index) => toRow(roster[index], findings, resume))
  const lists = results.map(({ findings, resume }, index) => toList(roster[index], findings, resume))
  return `# Scoreboard

What [\`tidings doctor\`](doctor.md) finds in streams of other libraries, and in ours, each written as the library's own
documentation shows: the servers are in bench/doctor. \`node scripts/scoreboard.mjs\` made this page from real
runs, on Node ${process.version}; no figure is written by hand.

The stream is ten events in a second that carry their time, and its end; the heartbeat is waited for in ${waitMs / 1000} s of
silence; the suite for resuming reads events without end. The commands for one of them:

\`\`\`sh
node bench/doctor/child.mjs hono     # prints the address
npx tidings doctor http://127.0.0.1:<port>/feed
npx tidings doctor http://127.0.0.1:<port>/quiet
npx tidings doctor http://127.0.0.1:<port>/ticks --resume
\`\`\`

| library | version | faults | warnings | notes | cases for resuming passed |
| --- | --- | ---: | ---: | ---: | ---: |
${rows.join('\n')}

That a server has no TLS is a note for each of them. What the libraries can do when told to, such as the replay of @fastify/sse, is
not measured.

${lists.join('\n\n')}
`
}

function toRow({ name, manifest }, findings, resume) {
  const { version } = JSON.parse(readFileSync(join(root, manifest), 'utf8'))
  const counts = levels.map((level) => findings.filter((finding) => finding.level === level).length)
  const passed = `${resume.filter(({ level }) => level === 'ok').length} of ${resume.length}`
  return `| ${name} | ${version} | ${counts.join(' | ')} | ${passed} |`
}

function toList({ name }, findings, resume) {
  const wrong = levels.flatMap((level) => findings.filter((finding) => finding.level === level))
  const lines = wrong.map(({ level, check, code, title }) => `- ${level}: ${title} (\`${check}.${code}\`)`)
  const failed = resume.filter(({ level }) => level !== 'ok').map(({ title }) => `- ${title}`)
  const suite = failed.length === 0 ? [] : ['', 'Of the suite for resuming it fails:', '', ...failed]
  return [`## ${name}`, '', ...lines, ...suite].join('\n')
}
