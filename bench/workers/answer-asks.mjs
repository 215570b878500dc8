// The child's side of the IPC between the benchmark and its processes (worker.mjs is the parent's side).

/**
 * Answers each message `{ id, action, options }` with the result or the error of `actions[action](options)`, as
 * `{ id, result }` or `{ id, error }`. The process exits when the IPC channel closes, and so ends with the benchmark.
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
