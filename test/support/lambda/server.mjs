// A function of Lambda as a process: the fakes of its url and of its runtime API, and the process that it runs in.
// Arguments: the module of the function, and options as JSON (`timeoutMs`, `copies`).
import { spawn } from 'node:child_process'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { openFunctionUrl } from './function-url.mjs'
import { RuntimeApi } from './runtime-api.mjs'

const [module, given = '{}'] = process.argv.slice(2)
const { timeoutMs = 900_000, copies = 1 } = JSON.parse(given)
const instance = fileURLToPath(new URL('instance.mjs', import.meta.url))
const api = await RuntimeApi.open()
let child
let starts = 0

function start() {
  starts += 1
  const env = {
    ...process.env,
    AWS_LAMBDA_RUNTIME_API: api.address,
    _HANDLER: `${module}.handler`,
    TIDINGS_COPIES: copies,
  }
  child = spawn(process.execPath, [instance], { env, stdio: ['pipe', 'inherit', 'inherit'] })
  child.once('exit', (code, signal) => {
    console.log(`instance ${starts} ended by ${signal ?? code}`)
    api.fail()
    start()
  })
}

start()
const url = await openFunctionUrl(api, { timeoutMs, onTimeout: () => child.kill('SIGKILL') })
console.log(`listening http://127.0.0.1:${url.address().port}`)

process.once('SIGTERM', () => process.exit(0))
