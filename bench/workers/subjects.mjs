// Starts and stops the child processes that are measured, and the reader that measures them.
import { fileURLToPath } from 'node:url'
import { startWorker } from './worker.mjs'

const serverCore = 0
const readerCore = 1

/**
 * Runs `use({ reader, subjects })` while the reader and all `servers` are running, then stops every process. A subject
 * is a server of the roster with its `worker` and `port`, or with a `failure` if it did not start, so that a broken
 * rival loses its row and does not stop the run.
 */
export async function withServers(servers, use) {
  const reader = startWorker(toFile('../reader/reader.mjs'), { core: readerCore })
  const workers = servers.map(({ name, file = name }) =>
    startWorker(toFile('server-child.mjs'), { core: serverCore, argument: file }),
  )
  try {
    const subjects = await Promise.all(servers.map((server, index) => toSubject(server, workers[index])))
    return await use({ reader, subjects })
  } finally {
    await Promise.all([reader, ...workers].map((worker) => worker.stop()))
  }
}

/** Runs the benchmark of the parsers in a child process; resolves to its rows. */
export async function runCodec() {
  const worker = startWorker(toFile('codec-child.mjs'), { core: serverCore })
  try {
    return await worker.ask('run', {}, 120_000)
  } finally {
    await worker.stop()
  }
}

/** Runs the benchmark of the clients: all rates in one child process, the heap growth of each client in another. */
export async function runClients() {
  const rows = await askOnce('rates', {}, 240_000)
  for (const row of rows) {
    // A client that buffers what it has not delivered may take for ever: its growth is then unknown.
    row.growth = await askOnce('growth', { name: row.name }, 30_000).catch(() => undefined)
  }
  return rows
}

async function askOnce(action, options, timeoutMs) {
  const worker = startWorker(toFile('client-child.mjs'), { core: serverCore })
  try {
    return await worker.ask(action, options, timeoutMs)
  } finally {
    await worker.stop()
  }
}

/** Runs `act()`; resolves to its result and the CPU microseconds that the server used during it. */
export async function withCpu(worker, act) {
  const before = await worker.ask('usage')
  const result = await act()
  return { result, cpuMicroseconds: (await worker.ask('usage')) - before }
}

async function toSubject(server, worker) {
  try {
    return { ...server, worker, port: await worker.ask('port') }
  } catch (error) {
    return { ...server, failure: error.message }
  }
}

function toFile(path) {
  return fileURLToPath(new URL(path, import.meta.url))
}
