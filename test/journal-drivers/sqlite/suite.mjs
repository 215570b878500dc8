// The contract's suite on the build, on whichever runtime runs this: sqlite-suite.mjs <folder>.
import { join } from 'node:path'
import process from 'node:process'
import { describe, test } from 'node:test'
import { sqliteJournal } from 'tidings/journal/sqlite'
import { describeJournal } from 'tidings/testing'

describeJournal({ describe, test }, 'the journal in a file', {
  open: async () => sqliteJournal(join(process.argv[2], 'suite.db'), { pollMs: 5 }),
  durable: true,
})
