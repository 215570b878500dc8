// Child process of the measure `journal`: one journal.
import { createTimedEvent } from '../event.mjs'
import { answerAsks } from './answer-asks.mjs'
import { openJournal } from './open-journal.mjs'

const topic = 'bench'
let journal
let appended = 0

answerAsks({
  start: async (component) => {
    journal = await openJournal(process.argv[2], component)
    await journal.ready()
    return { durability: journal.durability }
  },
  append: appendFor,
  read: readFor,
})

/** Appends for `durationMs`, with `inFlight` appends in flight; resolves to the appends a second. */
async function appendFor({ durationMs, inFlight }) {
  const started = performance.now()
  const isOver = () => performance.now() - started > durationMs
  const before = appended
  const appendOn = async () => {
    while (!isOver()) {
      appended += 1
      await journal.append(topic, JSON.stringify(createTimedEvent(appended, 0)))
      // The journal in memory settles in microtasks, so no timer would fire here: the loop reads the clock itself.
    }
  }
  await Promise.all(Array.from({ length: inFlight }, appendOn))
  return ((appended - before) / (performance.now() - started)) * 1000
}

/** Reads full pages from all over the log, one after the other; resolves to the pages a second. */
async function readFor({ durationMs, pageSize }) {
  const { epoch, first, tail } = await journal.read(topic, 'now', { limit: 0 })
  const places = tail - first - pageSize
  if (places < 1) throw new Error(`the log has only ${tail - first} events`)
  const started = performance.now()
  let pages = 0
  for (; performance.now() - started < durationMs; pages += 1) {
    const seq = first + ((pages * 7919) % places)
    const { events } = await journal.read(topic, { epoch, seq, nonce: '' }, { limit: pageSize })
    if (events.length !== pageSize || events[0].seq !== seq + 1) throw new Error(`a page of ${events.length} events`)
  }
  return (pages / (performance.now() - started)) * 1000
}
