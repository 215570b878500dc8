// The same requests, the same answers: the other runtimes against `server.fetch` on Node.
import { describeWith, pathOf } from '../support/component/component.ts'
import { startScript, startWorker, type FixtureProcess } from '../support/component/fixture-process.ts'
import { http1Client } from '../support/differential/ask.ts'
import { headersOfBytes } from '../support/differential/requests.ts'
import { tryRequests, type Asked, type Differences } from '../support/differential/suite.ts'

/** The dependencies are npm's; nothing is fetched, and no lock file is written. */
const denoFlags = ['run', '--allow-all', '--no-lock', '--node-modules-dir=manual', '--cached-only']

/** Its `headers` do not have it, so that it is gone once they are those of another Response. */
const noType = 'Bun gives text its type only while it sends it'
const own = { vary: 'Origin', 'x-server': 'differential' }
const ownHeaders = { ...own, 'cache-control': 'no-store', 'x-own': '1' }

const bun: Differences = {
  'a Response': { reason: noType, answer: { headers: ownHeaders } },
  'HEAD of a Response': { reason: noType, answer: { headers: ownHeaders } },
  'a Response with framing headers': { reason: noType, answer: { headers: own } },
  'an answer that a generator returns': { reason: noType, answer: { headers: own } },
  'multipart with a file': {
    reason: 'Bun tells the type of a file by its name, whatever the part says',
    answer: { body: '{"f":["x.txt (text/plain;charset=utf-8, 2)"]}' },
  },
}
const deno: Differences = {}
const inUtf8 = {
  reason: 'workerd encodes headers as UTF-8, as it decodes them',
  headers: { 'x-own': Buffer.from('na\u00efve \u00a9').toString('latin1') },
}
const workerd: Differences = {
  ...Object.fromEntries(headersOfBytes.map((name) => [name, inUtf8])),
  'a header in UTF-8, as latin1': {
    reason: 'workerd decodes headers as UTF-8, which the others leave to us',
    answer: { body: '["é","undefined","undefined"]' },
  },
  'characters that a url encodes': {
    reason: 'workerd refuses them before the worker is asked',
    answer: { status: 400, headers: { 'content-type': 'text/plain' }, body: 'invalid URI' },
  },
}

async function toAsked(starting: Promise<FixtureProcess>): Promise<Asked> {
  const fixture = await starting
  return { ...http1Client(fixture.port), stop: () => fixture.kill() }
}

describeWith('bun', 'serve on Bun', () => {
  tryRequests(() => toAsked(startScript(pathOf('bun'), [], 'differential/server.mjs')), bun)
})

describeWith('deno', 'serve on Deno', () => {
  tryRequests(() => toAsked(startScript(pathOf('deno'), denoFlags, 'differential/server.mjs')), deno)
})

describeWith('workerd', 'serve on workerd', () => {
  tryRequests(() => toAsked(startWorker('differential/worker.mjs')), workerd)
})
