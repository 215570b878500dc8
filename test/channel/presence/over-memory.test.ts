// The cases of presence over the journal in memory.
import { describe } from 'vitest'
import { memoryJournal } from '../../../src/journal/index.ts'
import { presenceCases } from '../../support/channel/presence-cases.ts'

describe('presence of two nodes over memory', () => {
  presenceCases(async () => {
    const journal = memoryJournal()
    return [journal, journal]
  })
})
