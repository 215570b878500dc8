import { describeWith, pathOf } from '../support/component/component.ts'
import { startScript } from '../support/component/fixture-process.ts'
import { tryLife } from '../support/server-life/suite.ts'

// The dependencies are npm's; nothing is fetched, and no lock file is written.
const flags = ['run', '--allow-all', '--no-lock', '--node-modules-dir=manual', '--cached-only']

describeWith('deno', 'a request on Deno', () => {
  tryLife({ start: () => startScript(pathOf('deno'), flags, 'server-life/server.mjs') })
})
