// Scenario 1: a long job that reports its progress, and stops when its reader disconnects.
import { createHash } from 'node:crypto'
import { defineRoute, sse, Type } from 'tidings'
import { readBlankFile } from '../blank-file.mjs'
import { Jobs } from '../jobs.mjs'

const jobs = new Jobs()
const Size = Type.Integer({ minimum: 1, maximum: 4096 })

// #region shown
export const hash = defineRoute({
  method: 'GET',
  path: '/hash',
  sse: true,
  schema: { query: Type.Object({ megabytes: Size }) },
  handler: async function* ({ query, signal }) {
    const job = jobs.begin(query.megabytes * 2 ** 20, signal)
    const sha256 = createHash('sha256')
    try {
      yield sse({ event: 'start' }, { job: job.id })

      for await (const chunk of readBlankFile(job.total, signal)) {
        sha256.update(chunk)
        job.bytes += chunk.length
        yield { bytes: job.bytes }
      }

      yield sse({ event: 'done' }, { hash: sha256.digest('hex') })
    } finally {
      // Runs at the end of the file, or as soon as the reader disconnects.
      jobs.end(job)
    }
  },
})
// #endregion

/** Reports the server's jobs while any is running: by this the page sees that disconnecting has stopped its own. */
export const work = defineRoute({
  method: 'GET',
  path: '/work',
  sse: true,
  handler: async function* (ctx) {
    while (jobs.running > 0) {
      yield jobs.report()
      await ctx.sleep(100)
    }
    yield jobs.report()
  },
})
