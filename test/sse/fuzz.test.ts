import { test } from 'vitest'
import { createLineParser } from '../../src/ndjson/index.ts'
import { createParser } from '../../src/sse/index.ts'
import { fuzzOne } from '../support/wire/fuzz.mjs'

test('2,000 random streams, cut at random, are read as the standard says, and nothing throws', () => {
  for (let seed = 0; seed < 2000; seed += 1) fuzzOne(seed, { createParser, createLineParser })
})
