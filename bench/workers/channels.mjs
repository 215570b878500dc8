// Starts and stops the processes of `fan-out`: a process for each channel server, and one for all readers.
import { fileURLToPath } from 'node:url'
import { startWorker } from './worker.mjs'

const serverCore = 0
const readerCore = 1

/**
 * Runs `use({ reader, subjects, skipped })` while the reader and all channel servers are running, then stops every
 * process. A subject has `worker`, `port`, `path` and `pacePort`, or a `failure`; `skipped` lists what is not
 * installed, with the reason.
 */
export async function withChannels(channels, use) {
  const here = channels.filter(({ whyNot }) => whyNot?.() === undefined)
  const skipped = channels
    .filter((channel) => !here.includes(channel))
    .map(({ name, whyNot }) => `${name}: ${whyNot()}`)
  const reader = startWorker(toFile('../reader/reader.mjs'), { core: readerCore })
  const stops = [() => reader.stop()]
  try {
    const subjects = []
    for (const channel of here) subjects.push(await toSubject(channel, stops))
    return await use({ reader, subjects, skipped })
  } finally {
    await Promise.all(stops.map((stop) => stop()))
  }
}

async function toSubject({ name, file = name, start }, stops) {
  const worker = startWorker(toFile('channel-child.mjs'), { core: serverCore, argument: file })
  stops.push(() => worker.stop())
  try {
    const component = await start?.(serverCore)
    if (component !== undefined) stops.push(() => component.stop())
    const given = { port: component?.port, pid: component?.pid }
    return { name, worker, ...(await worker.ask('start', given)) }
  } catch (error) {
    return { name, failure: error.message }
  }
}

function toFile(path) {
  return fileURLToPath(new URL(path, import.meta.url))
}
