import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { make, Reading, untyped } from '../support/server/asking.ts'

const route = untyped({
  method: 'GET',
  path: '/x',
  sse: true,
  handler: async function* (ctx: { lastEventId: string | undefined; query: unknown }) {
    yield { at: ctx.lastEventId ?? null, query: ctx.query }
  },
})

async function seen(path: string, headers: Record<string, string> = {}): Promise<unknown> {
  const text = await new Reading(await make([route]).ask(path, { headers })).ended()
  return JSON.parse(text.replace('data: ', '')) as unknown
}

describe('ctx.lastEventId', () => {
  it('is the header', async () => {
    expect(await seen('/x', { 'last-event-id': '41' })).toEqual({ at: '41', query: {} })
  })

  it('is the query’s lastEventId where there is no header', async () => {
    expect(await seen('/x?lastEventId=41')).toEqual({ at: '41', query: {} })
  })

  it('is the header where both are there', async () => {
    expect(await seen('/x?lastEventId=41', { 'last-event-id': '42' })).toEqual({ at: '42', query: {} })
  })

  it('is nothing where neither is', async () => {
    expect(await seen('/x?a=1')).toEqual({ at: null, query: { a: '1' } })
  })

  it('may be any text: browsers send UTF-8, which HTTP hands on as Latin-1', async () => {
    const latin1 = Buffer.from('位置-ü', 'utf8').toString('latin1')
    expect(await seen('/x', { 'last-event-id': latin1 })).toMatchObject({ at: '位置-ü' })
    expect(await seen('/x', { 'last-event-id': 'caf\u00e9' })).toMatchObject({ at: 'café' })
    expect(await seen('/x?lastEventId=%E4%BD%8D')).toMatchObject({ at: '位' })
  })

  it('is taken out of the query before validation', async () => {
    const strict = untyped({
      method: 'GET',
      path: '/x',
      sse: true,
      schema: { query: Type.Object({ a: Type.String() }, { additionalProperties: false }) },
      handler: async function* (ctx: { lastEventId: string | undefined; query: unknown }) {
        yield [ctx.lastEventId, ctx.query]
      },
    })
    const response = await make([strict]).ask('/x?a=1&lastEventId=9')
    expect(await new Reading(response).ended()).toBe('data: ["9",{"a":"1"}]\n\n')
  })

  it('is left in the query of a route that does not stream', async () => {
    const plainRoute = untyped({ method: 'GET', path: '/x', handler: (ctx: { query: unknown }) => ctx.query })
    expect(await (await make([plainRoute]).ask('/x?lastEventId=9')).json()).toEqual({ lastEventId: '9' })
  })
})
