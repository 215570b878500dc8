// The packed logs of runs over real engines.
import { describe, onTestFinished, test } from 'vitest'
import { postgresJournal } from '../../../src/journal-drivers/postgres/index.ts'
import { packedRunCases } from '../../support/chat/packed-runs.ts'
import { describeWith } from '../../support/component/component.ts'
import { Postgres } from '../../support/component/postgres.ts'
import { patientMs } from '../../support/journal/patient.ts'
import { redis, sqlite, type OpenTwo } from '../../support/journal/real-engines.ts'

function cases(openTwo: OpenTwo): void {
  test.each(packedRunCases)('%s', async (_, holds) => holds(await openTwo()))
}

describe(sqlite[0], () => cases(sqlite[1]))

describeWith('redis-server', redis[0], () => cases(redis[1]))

describeWith('postgresql', 'Postgres', () => {
  const postgres = new Postgres()
  const open = (): ReturnType<typeof postgresJournal> => {
    const journal = postgresJournal(postgres.pool(), { timeoutMs: patientMs })
    onTestFinished(() => journal.close())
    return journal
  }
  cases(async () => [open(), open()])
})
