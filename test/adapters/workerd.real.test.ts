import { describeWith } from '../support/component.ts'
import { startWorker } from '../support/fixture-process.ts'
import { tryLife } from '../support/life-suite.ts'

describeWith('workerd', 'a request on workerd', () => {
  tryLife({
    start: () => startWorker('life-worker.mjs'),
    differences: {
      'ends all streams properly on SIGTERM, and waits for finally': 'a worker gets no signals',
    },
  })
})
