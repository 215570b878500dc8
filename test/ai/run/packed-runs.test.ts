// The packed logs of runs over the journal in memory.
import { test } from 'vitest'
import { memoryJournal } from '../../../src/journal/index.ts'
import { packedRunCases } from '../../support/chat/packed-runs.ts'

test.each(packedRunCases)('%s', async (_, holds) => {
  const journal = memoryJournal()
  await holds([journal, journal])
})
