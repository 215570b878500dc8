// Runs cases one by one, as they are handed out: the same on every runtime, so with nothing but what all of them have.
import { clientCases } from './cases.mjs'
import { Life } from './case.mjs'

const deadlineMs = 20_000

/** Runs one case on `{ faces, memory, holdsBack }`; resolves with an error's text, or with nothing when all is well. */
export async function runCase({ name, face, ...where }, { faces, ...abilities }) {
  const found = clientCases.find((known) => known.name === name)
  if (found === undefined) return `There is no case "${name}".`
  const life = new Life({ ...where, ...abilities, client: faces[face] })
  const deadline = createDeadline()
  try {
    await Promise.race([found.run(life), deadline.passed])
    return undefined
  } catch (error) {
    return `${error?.name}: ${error?.message}\n${error?.stack}\nSo far: ${life.soFar()}`
  } finally {
    deadline.cancel()
    life.close()
  }
}

function createDeadline() {
  let timer
  const passed = new Promise((_, reject) => {
    // oxlint-disable-next-line no-restricted-globals -- the deadline of a case that would never end
    timer = setTimeout(() => reject(new Error(`Not done after ${deadlineMs} ms.`)), deadlineMs)
  })
  return { passed, cancel: () => clearTimeout(timer) }
}

/** Asks `control` for cases and runs them, for as long as there is somebody to ask. */
export async function serveCases(control, runtime) {
  for (;;) {
    const order = await (await fetch(`${control}/next`)).json()
    const error = await runCase(order, runtime)
    await fetch(`${control}/result/${order.key}`, { method: 'POST', body: JSON.stringify({ error }) })
  }
}
