// What presence promises over any journal: one suite for all of them. Time is real here; what must not happen is shown by
// something that comes after it.
import { expect, test } from 'vitest'
import { until } from '../server/asking.ts'
import type { OpenTwo } from '../journal/real-engines.ts'
import { PresentNode } from './present-node.ts'

const options = { graceMs: 100, leaseMs: 3000 }

/** The cases, over the journals of two nodes. */
export function presenceCases(open: OpenTwo): void {
  const openNodes = async (more = {}): Promise<readonly [PresentNode, PresentNode]> => {
    const [one, other] = await open()
    return [new PresentNode(one, { ...options, ...more }), new PresentNode(other, { ...options, ...more })]
  }

  test('a node sees who comes and goes on the other', async () => {
    const [one, other] = await openNodes()
    one.enter('ada', { name: 'Ada' })
    const watching = other.watch()
    await until(() => watching.ids.join() === 'ada')
    const leave = one.enter('bob')
    await until(() => watching.ids.join() === 'ada,bob')
    expect(watching.members.get('ada')).toEqual({ name: 'Ada' })
    leave()
    await until(() => watching.ids.join() === 'ada')
    expect(await other.list()).toEqual({ members: [{ id: 'ada', info: { name: 'Ada' } }], others: 0, isStale: false })
  })

  test('a member with tabs on both nodes is one, and leaves with the last', async () => {
    const [one, other] = await openNodes()
    const watching = one.watch()
    const leaves = [one.enter('ada'), one.enter('ada'), other.enter('ada')]
    await until(() => watching.ids.join() === 'ada')
    await until(() => other.channels.status().followed[0]?.members === 1)
    leaves[0]?.()
    leaves[1]?.()
    // By when this one has gone, the other would have.
    other.enter('bob')()
    const last = one.enter('eve')
    await until(() => watching.ids.includes('eve'))
    last()
    await until(() => !watching.ids.includes('eve'))
    expect(watching.ids).toEqual(['ada'])
    expect(watching.changes.filter((change) => change.endsWith('ada'))).not.toContain('leave ada')
    leaves[2]?.()
    await until(() => watching.ids.length === 0)
  })

  test('a page that is reloaded, on the same node or on another, is no news', async () => {
    const [one, other] = await openNodes({ graceMs: 3000 })
    const watching = other.watch()
    const leave = one.enter('ada')
    await until(() => watching.ids.join() === 'ada')
    leave()
    const again = one.enter('ada')
    again()
    other.enter('ada')
    one.enter('bob')
    await until(() => watching.ids.includes('bob'))
    expect(watching.changes.filter((change) => change.endsWith('ada')).length).toBeLessThanOrEqual(1)
    expect(watching.ids).toContain('ada')
  })

  test('a node that is closed leaves at once', async () => {
    const [one, other] = await openNodes({ leaseMs: 600_000 })
    one.enter('ada')
    const watching = other.watch()
    await until(() => watching.ids.join() === 'ada')
    await one.channels.close()
    await until(() => watching.ids.length === 0)
  })

  test('the info that was given last counts on both nodes', async () => {
    const [one, other] = await openNodes()
    const watchings = [one.watch(), other.watch()] as const
    const told = (): unknown[] => watchings.map(({ members }) => members.get('ada'))
    one.enter('ada', 'first')
    await until(() => told().join() === 'first,first')
    const leave = other.enter('ada', 'second')
    await until(() => told().join() === 'second,second')
    one.enter('ada', 'third')
    await until(() => told().join() === 'third,third')
    leave()
    one.enter('bob')
    await until(() => watchings.every(({ ids }) => ids.includes('bob')))
    expect(told()).toEqual(['third', 'third'])
  })
}
