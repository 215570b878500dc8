// How long a client waits before it reconnects.
import { expect, test } from 'vitest'
import { pauseMs } from '../../../src/client/http/pause.ts'

test.each([1, 2, 100, 1023, 1024, 1025, 1026, 1e6])('a pause is a time, also after %i failures', (failures) => {
  expect(pauseMs(failures, undefined, 0, { minMs: 0 })).toBe(0)
  expect(pauseMs(failures, undefined, 0, { minMs: 0, maxMs: 0 })).toBe(0)
  const ms = pauseMs(failures, undefined, 0, { minMs: 1, maxMs: 2 ** 31 - 1 })
  expect(ms >= 0 && ms < 2 ** 31).toBe(true)
})
