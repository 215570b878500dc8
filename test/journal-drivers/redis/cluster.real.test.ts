import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { redisJournal } from '../../../src/journal-drivers/redis/index.ts'
import { describeJournal } from '../../../src/testing/index.ts'
import { describeWith } from '../../support/component/component.ts'
import { startRedisCluster, type RedisServer } from '../../support/component/redis.ts'
import { patientMs } from '../../support/journal/patient.ts'
import { upTo, watch } from './case.ts'
import { clientKinds, type ClientKind, type OpenClient } from './client.ts'

describeWith('redis-server', 'the journal in a Redis cluster', () => {
  let nodes: readonly RedisServer[] = []
  beforeAll(async () => {
    nodes = await startRedisCluster()
  })
  afterAll(() => Promise.all(nodes.map((node) => node.remove())))

  for (const kind of clientKinds) {
    describe(`over ${kind.name}`, () => {
      let opened: OpenClient
      beforeAll(async () => {
        opened = await openCluster(kind, nodes)
      })
      afterAll(() => opened.close())

      describeJournal({ describe, test }, 'by the suite', {
        open: async () => redisJournal(opened.client, { timeoutMs: patientMs }),
        durable: true,
        sequences: 2,
      })

      test('spreads topics over the nodes, and tells watchers of all of them', async () => {
        const journal = redisJournal(opened.client, { timeoutMs: patientMs })
        onTestFinished(() => journal.close())
        const topics = upTo(29).map((index) => `${kind.name} {spread} ${index}`)
        const watchers = await Promise.all(topics.map((topic) => watch(journal, topic)))
        await Promise.all(watchers.map((watcher, index) => watcher.startedBy(journal.append(topics[index] ?? '', '1'))))
        for (const node of nodes) expect(Number(await node.command('DBSIZE'))).toBeGreaterThan(0)
      })

      test('watchers get events again after their connection was cut on every node', async () => {
        const journal = redisJournal(opened.client, { timeoutMs: patientMs })
        onTestFinished(() => journal.close())
        const watcher = await watch(journal, 'cut')
        await Promise.all(nodes.map((node) => node.command('CLIENT', 'KILL', 'TYPE', 'pubsub')))
        await watcher.reconnected(1)
        // It may have moved to a node before that was cut too.
        const seen = async (): Promise<number> => {
          await journal.append('cut', '1')
          return watcher.events.length
        }
        await expect.poll(seen, { timeout: 20_000 }).toBeGreaterThan(0)
      })

      test('waiting for replicas is refused: there is no one connection to ask', () => {
        expect(() => redisJournal(opened.client, { wait: { replicas: 1 } })).toThrow(/cluster/)
      })
    })
  }
})

async function openCluster(kind: ClientKind, [node]: readonly RedisServer[]): Promise<OpenClient> {
  return kind.openCluster(node?.port ?? 0)
}
