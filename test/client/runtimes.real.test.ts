// The clients on every runtime that is no browser.
import { describe } from 'vitest'
import { tryClients, type ClientRunner } from '../support/client-life/suite.ts'
import { describeWith, pathOf } from '../support/component/component.ts'
import { startScript, startWorker } from '../support/component/fixture-process.ts'

const script =
  (command: string, flags: readonly string[]) =>
  (control: string): Promise<ClientRunner> =>
    startProgram(command, flags, control)

/** A program has no address: it asks for its cases. */
async function startProgram(command: string, flags: readonly string[], control: string): Promise<ClientRunner> {
  const program = await startScript(command, flags, 'client-life/script.mjs', [control])
  return { kill: () => program.kill() }
}

const refusing = 'stream(): refuses at once what fetch will never send'
const sendsMore = (runtime: string, what: string): string => `the fetch of ${runtime} also sends ${what}`

describe('the clients on Node, this one', () => {
  tryClients({ start: script(process.execPath, ['--expose-gc']) })
})

describeWith('node24', 'the clients on Node 24', () => {
  tryClients({ start: script(pathOf('node24'), ['--expose-gc']) })
})

describeWith('bun', 'the clients on Bun', () => {
  tryClients({
    start: script(pathOf('bun'), []),
    differences: { [refusing]: sendsMore('Bun', 'a password in the url and TRACE') },
  })
})

// The dependencies are npm's; nothing is fetched, and no lock file is written.
const denoFlags = ['--allow-all', '--no-lock', '--node-modules-dir=manual', '--cached-only', '--v8-flags=--expose-gc']

describeWith('deno', 'the clients on Deno', () => {
  tryClients({
    start: script(pathOf('deno'), ['run', ...denoFlags]),
    differences: { [refusing]: sendsMore('Deno', 'a password in the url') },
  })
})

describeWith('workerd', 'the clients on workerd', () => {
  tryClients({
    start: () => startWorker('client-life/worker.mjs'),
    differences: { [refusing]: sendsMore('workerd', 'a password in the url') },
  })
})
