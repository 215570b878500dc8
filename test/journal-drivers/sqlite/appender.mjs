// A process that appends to a file and says what was acknowledged: sqlite-appender.mjs <file> <name> <count> <at once>.
import process from 'node:process'
import { sqliteJournal } from 'tidings/journal/sqlite'

const [file, name, count, atOnce] = process.argv.slice(2)
const journal = sqliteJournal(file)
await journal.ready()
await journal.watch('shared', { onEvent() {}, onReconnect() {} })
let next = 0

async function appendOneByOne() {
  while (next < Number(count)) {
    const data = JSON.stringify(`${name} ${next++}`)
    const { position } = await journal.append('shared', data, { retention: { maxEvents: false } })
    // To a pipe this is synchronous: what is said has been acknowledged, and nothing said is lost.
    process.stdout.write(`${JSON.stringify({ seq: position.seq, nonce: position.nonce, data })}\n`)
  }
}

await Promise.all(Array.from({ length: Number(atOnce) }, appendOneByOne))
// Without close: a watch must not keep a process from ending.
