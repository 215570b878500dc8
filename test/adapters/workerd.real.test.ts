import { describeWith } from '../support/component/component.ts'
import { startWorker } from '../support/component/fixture-process.ts'
import { tryLife } from '../support/server-life/suite.ts'

const noWrite = 'workerd notices that a reader has gone when it writes to it, and not before'

describeWith('workerd', 'a request on workerd', () => {
  tryLife({
    start: () => startWorker('server-life/worker.mjs'),
    differences: {
      'aborts the signal as soon as the reader leaves, which ends what waits for it': noWrite,
      'aborts for a reader that leaves before the head': noWrite,
      'aborts for a reader that leaves a route that answers once': noWrite,
      'ends all streams properly on SIGTERM, and waits for finally': 'a worker gets no signals',
    },
  })
})
