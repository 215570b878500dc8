// The cases of presence over every engine.
import { describe } from 'vitest'
import { presenceCases } from '../../support/channel/presence-cases.ts'
import { describeWith } from '../../support/component/component.ts'
import { openPostgres, redis, sqlite } from '../../support/journal/real-engines.ts'

describe('presence of two nodes over SQLite', () => presenceCases(sqlite[1]))
describeWith('redis-server', 'presence of two nodes over Redis', () => presenceCases(redis[1]))
describeWith('postgresql', 'presence of two nodes over Postgres', () => presenceCases(openPostgres()))
