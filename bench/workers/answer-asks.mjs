// The child's end of the talk between the benchmark and its processes (worker.mjs is the other end).

/**
 * Answers each message `{ id, action, options }` with `{ id, result }` or `{ id, error }`, from `actions[action](options)`.
 * The process ends with the benchmark: when the channel closes, it exits.
 */
export function answerAsks(actions) {
  process.on('message', (message) => void answer(actions, message))
  process.on('disconnect', () => process.exit())
  if (!process.connected) process.exit() // the benchmark ended while this process was starting
}

async function answer(actions, { id, action, options }) {
  try {
    process.send({ id, result: await actions[action](options) })
  } catch (error) {
    process.send({ id, error: error instanceof Error ? error.message : String(error) })
  }
}
