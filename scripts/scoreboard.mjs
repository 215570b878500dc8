// Writes docs/scoreboard.md and docs/zh/scoreboard.md: what `tidings doctor` finds in the streams of other libraries, and in ours,
// from real runs.
//
//   node scripts/scoreboard.mjs            # about a minute
//   node scripts/scoreboard.mjs --print    # the English page to the terminal instead of the files
//
// The libraries are those of bench/package.json; they are installed if they are missing, and so is the build.
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { toChinesePage, toPage } from './scoreboard-page.mjs'
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
const waitMs = 40_000

install()
install('bench', ['--ignore-scripts'])
build()
const { diagnose } = await import('../dist/cli/doctor/diagnose.js')
const { examineResume } = await import('../dist/cli/doctor/examine-resume.js')

// One after the other but for the long silence, in which nothing is measured but whether there is one.
const silences = Promise.all(roster.map((subject) => serving(subject, (url) => heartbeatOf(`${url}/quiet`))))
const examined = []
for (const subject of roster) examined.push(await serving(subject, examine))
const heartbeats = await silences
const results = examined.map(({ findings, resume }, index) => ({
  name: roster[index].name,
  version: versionOf(roster[index]),
  findings: withHeartbeat(findings, heartbeats[index]),
  resume,
}))
if (process.argv.includes('--print')) console.log(toPage(results, waitMs))
else writePages(results)

function writePages(results) {
  const chinese = toChinesePage(results, waitMs, readFileSync(join(root, 'docs/zh/doctor.md'), 'utf8'))
  writeFileSync(join(root, 'docs/scoreboard.md'), toPage(results, waitMs))
  writeFileSync(join(root, 'docs/zh/scoreboard.md'), chinese)
  run(process.execPath, ['node_modules/oxfmt/bin/oxfmt', 'docs/scoreboard.md', 'docs/zh/scoreboard.md'])
  run(process.execPath, ['scripts/check-translations.mjs', '--write', 'scoreboard'])
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

function versionOf({ manifest }) {
  return JSON.parse(readFileSync(join(root, manifest), 'utf8')).version
}
