// Measure `chat`: an answer of a mock model through the whole chain, beside what `ai` makes of the same model by itself.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startPostgres, whyNoPostgres } from '../components/postgres.mjs'
import { startRedis, whyNoRedis } from '../components/redis.mjs'
import { formatCount, formatRatio } from '../report/table.mjs'
import { startWorker } from '../workers/worker.mjs'

const columns = [
  { title: 'server', value: ({ name }) => name },
  { title: 'tokens/s', value: ({ rate }) => formatCount(rate) },
  { title: 'x ai', value: ({ ratio }) => formatRatio(ratio) },
  { title: 'CPU us a token', value: ({ cpuUs }) => cpuUs.toFixed(1) },
  { title: 'first token ms', value: ({ firstMs }) => firstMs.toFixed(0) },
]
const serverCore = 0
const engineCore = 1
const file = fileURLToPath(new URL('../workers/chat-child.mjs', import.meta.url))

const subjects = [
  { subject: 'ai', name: 'ai: toUIMessageStream' },
  { subject: 'bound', name: 'Tidings, bound to its reader' },
  { subject: 'memory', name: 'Tidings, runs in memory' },
  { subject: 'sqlite-full', name: 'Tidings, runs over SQLite' },
  { subject: 'redis', name: 'Tidings, runs over Redis', start: startRedis, whyNot: whyNoRedis },
  { subject: 'postgres', name: 'Tidings, runs over Postgres', start: startPostgres, whyNot: whyNoPostgres },
]

/** Each subject answers `rounds` messages in turn with the others; the medians count. */
export async function measureChat({ sizes }) {
  const { tokens, rounds } = sizes.chat
  const title = `One answer of ${formatCount(tokens)} tokens by streamText of ai, with a mock model`
  const lacks = existsSync(new URL('../../chat-clients/node_modules/ai', import.meta.url))
    ? []
    : ['not measured: chat-clients/ is not installed (npm ci in that folder)']
  if (lacks.length > 0) return { title, columns, rows: [], notes: lacks }
  const skipped = subjects.flatMap(({ name, whyNot }) => (whyNot?.() === undefined ? [] : [`${name}: ${whyNot()}`]))
  const servers = []
  try {
    for (const subject of subjects) if (subject.whyNot?.() === undefined) servers.push(await start(subject, tokens))
    for (const server of servers) await ask(server, tokens)
    for (let round = 0; round < rounds; round += 1)
      for (const server of servers) server.samples.push(await ask(server, tokens))
  } finally {
    for (const server of servers) await server.stop()
  }
  const ofAi = servers[0].samples
  const rows = servers.map(({ name, samples }) => {
    const rate = median(samples, 'rate')
    return {
      name,
      rate,
      ratio: rate / median(ofAi, 'rate'),
      cpuUs: median(samples, 'cpuUs'),
      firstMs: median(samples, 'firstMs'),
    }
  })
  return { title, columns, rows, notes: ['the reader does nothing with what it gets', ...skipped] }
}

async function start({ subject, name, start: startEngine }, tokens) {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-chat-'))
  const component = await startEngine?.(engineCore)
  const worker = startWorker(file, { core: serverCore, argument: subject })
  const stop = async () => {
    await worker.stop()
    await component?.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const url = await worker.ask('start', { subject, tokens, component: { folder, port: component?.port } })
    return { name, url, worker, samples: [], stop }
  } catch (error) {
    await stop()
    throw error
  }
}

let chats = 0

async function ask({ url, worker }, tokens) {
  chats += 1
  const parts = [{ type: 'text', text: 'Hello' }]
  const body = JSON.stringify({ id: `chat-${chats}`, messages: [{ id: 'u', role: 'user', parts }] })
  await worker.ask('begin')
  const startedAt = performance.now()
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const decoder = new TextDecoder()
  let firstMs
  let tail = ''
  for await (const bytes of response.body) {
    tail = (tail + decoder.decode(bytes, { stream: true })).slice(-200_000)
    if (tail.includes('text-delta')) firstMs ??= performance.now() - startedAt
  }
  const ms = performance.now() - startedAt
  if (!tail.endsWith('data: [DONE]\n\n')) throw new Error(`the answer did not come to its end: ${tail.slice(-200)}`)
  const { cpuUs } = await worker.ask('end')
  return { rate: (tokens / ms) * 1000, cpuUs: cpuUs / tokens, firstMs }
}

function median(samples, name) {
  const sorted = samples.map((sample) => sample[name]).toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}
