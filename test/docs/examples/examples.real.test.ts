// The examples that need a database run on one of their own.
import { describe, it } from 'vitest'
import { describeWith } from '../../support/component/component.ts'
import { Postgres } from '../../support/component/postgres.ts'
import { startRedis } from '../../support/component/redis.ts'
import { buildExamples, expectToRun } from './run.ts'

const examples = buildExamples('examples-real')

describe('the examples run:', () => {
  describeWith('redis-server', 'on Redis', () => {
    it.for(examples.filter(({ surrounding }) => surrounding.needs === 'redis'))('$name', async (example, test) => {
      const server = await startRedis()
      test.onTestFinished(() => server.remove())
      await expectToRun(example, test, { REDIS_URL: `redis://127.0.0.1:${server.port}`, PORT: '0' })
    })
  })

  describeWith('postgresql', 'on Postgres', () => {
    const postgres = new Postgres()
    it.for(examples.filter(({ surrounding }) => surrounding.needs === 'postgres'))('$name', async (example, test) => {
      const { host, port, user, database } = postgres.address
      await expectToRun(example, test, { DATABASE_URL: `postgres://${user}@${host}:${port}/${database}` })
    })
  })
})
