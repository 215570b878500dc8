// The suite of clients as a worker: each request runs the case that it names.
import * as tidings from 'tidings/client'
import { runCase } from './runner.mjs'

const faces = { tidings, native: { EventSource: globalThis.EventSource } }

// oxlint-disable-next-line import/no-default-export -- what workerd calls is a module's default export
export default {
  async fetch(request) {
    const error = await runCase(await request.json(), { faces, memory: () => undefined, holdsBack: true })
    return Response.json({ error })
  },
}
