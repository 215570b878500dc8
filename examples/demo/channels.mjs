// Where answers and notes are kept: in a SQLite file, so that they survive a restart, or in memory where there can be none.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createChannels } from 'tidings/channel'
import { sqliteJournal } from 'tidings/journal/sqlite'

const ownFolder = fileURLToPath(new URL('.data/', import.meta.url))

/** Opens the file in the folder of `TIDINGS_DEMO_DATA`, by default in one of the demo's own. A file that fails stops nothing. */
export async function openChannels({ TIDINGS_DEMO_DATA: folder = ownFolder }) {
  const file = join(folder, 'demo.db')
  try {
    await mkdir(folder, { recursive: true })
    return await openFile(file)
  } catch (error) {
    console.log(
      `  Answers and notes are kept in memory, until this process ends. ${file} cannot be used: ${error.message}`,
    )
    return { channels: createChannels(), close: async () => {} }
  }
}

async function openFile(file) {
  const journal = sqliteJournal(file, { synchronous: 'normal', timeoutMs: 2000 })
  const channels = createChannels({ journal })
  const close = async () => {
    await channels.close()
    await journal.close()
  }
  try {
    // A write, because a file that is locked or may only be read can be opened nevertheless.
    await channels.topic('starts', { retention: { maxEvents: 1 } }).publish({ pid: process.pid })
    return { channels, close }
  } catch (error) {
    await close()
    throw error
  }
}
