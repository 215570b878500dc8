import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Type } from 'typebox'
import { SseEvent, sse } from '../../src/sse/index.ts'
import { Server } from '../../src/adapters/server.ts'
import { type AnyRoute, type ServerOptions } from '../../src/server/index.ts'
import { TidingsError } from '../../src/base/index.ts'
import { asking, make, Reading, until, untyped } from '../support/server/asking.ts'

const event = {
  status: Type.Object({ online: Type.Boolean() }),
  message: z.object({ text: z.string() }),
  slow: z.string().refine(async (text) => text !== 'refused'),
}

function route(yields: readonly unknown[], schema: object, sseOptions: unknown = { validateEvents: true }): AnyRoute {
  const handler = async function* (): AsyncGenerator {
    yield* yields
  }
  return untyped({ method: 'GET', path: '/x', sse: sseOptions, schema, handler })
}

async function read(entry: AnyRoute, options: ServerOptions = {}): Promise<{ text: string; errors: unknown[] }> {
  const { ask, errors } = make([entry], options)
  return { text: await new Reading(await ask('/x')).ended(), errors }
}

const right = [{ text: 'a' }, sse({ event: 'status', id: '1' }, { online: true }), sse({ event: 'slow' }, 'taken')]
const sent = 'data: {"text":"a"}\n\nid: 1\nevent: status\ndata: {"online":true}\n\nevent: slow\ndata: taken\n\n'

describe('validateEvents', () => {
  it('lets pass what fits, as it was yielded', async () => {
    const { text, errors } = await read(route(right, { event }))
    expect(text).toBe(sent)
    expect(errors).toEqual([])
  })

  it('sends what was yielded, and not what the schema makes of it', async () => {
    const filled = z.object({ n: z.number().default(7), at: z.string().transform(() => 'changed') })
    expect((await read(route([{ at: 'x', more: 1 }], { event: filled }))).text).toBe('data: {"at":"x","more":1}\n\n')
  })

  it.each([
    [
      'wrong data',
      sse({ event: 'status', id: '2' }, { online: 'SECRET' }),
      'GET /x: the event status does not fit schema.event: data/online ',
    ],
    ['a wrong bare yield', { txt: 'SECRET' }, 'GET /x: the event message does not fit schema.event: data/text '],
    ['an event that has no schema', sse({ event: 'other' }, 'SECRET'), 'its name is not one of status, message, slow.'],
    ['the name of a property that every object has', sse({ event: 'toString' }, 'SECRET'), 'its name is not one of'],
    [
      'what a schema refuses later',
      sse({ event: 'slow' }, 'refused'),
      'GET /x: the event slow does not fit schema.event: data ',
    ],
  ])('ends the stream with an error at %s, of which nothing is written', async (_what, wrong, message) => {
    const { text, errors } = await read(route([...right, wrong, { text: 'never' }], { event }))
    expect(text.slice(0, sent.length)).toBe(sent)
    expect(text.slice(sent.length)).toMatch(/^event: error\ndata: \{"error":"[^\n]+"\}\n\n$/)
    expect(text).not.toContain('SECRET')
    expect(errors).toHaveLength(1)
    expect(errors[0]).toBeInstanceOf(TidingsError)
    expect(errors[0]).toMatchObject({ code: 'ERR_EVENT_INVALID', message: expect.stringContaining(message) })
  })

  it('holds every event to a schema that stands alone, whatever its name', async () => {
    const { text, errors } = await read(
      route([{ online: true }, sse({ event: 'x' }, { online: 1 })], { event: event.status }),
    )
    expect(text).toMatch(/^data: \{"online":true\}\n\nevent: error\n/)
    expect(errors[0]).toMatchObject({ message: expect.stringContaining('GET /x: the event x does not fit') })
  })

  it('answers 500 where the first event does not fit', async () => {
    const { ask } = make([route([{ txt: 'a' }], { event })])
    expect((await ask('/x')).status).toBe(500)
  })

  it('says no more than exposeErrors allows', async () => {
    const { text } = await read(route([...right, { txt: 1 }], { event }), { exposeErrors: false })
    expect(text).toBe(`${sent}event: error\ndata: {"error":"Internal Server Error"}\n\n`)
  })

  it('runs the finally of a handler whose event was refused', async () => {
    let isOver = false
    const handler = async function* (): AsyncGenerator {
      try {
        yield { text: 1 }
      } finally {
        isOver = true
      }
    }
    const { ask } = make([
      untyped({ method: 'GET', path: '/x', sse: { validateEvents: true }, schema: { event }, handler }),
    ])
    await ask('/x')
    await until(() => isOver)
  })

  it('looks into the events of a source that would hand over frames', async () => {
    const source = {
      attach: () => {
        throw new Error('Attached.')
      },
      async *[Symbol.asyncIterator]() {
        yield new SseEvent({ event: 'status' }, { online: 1 })
      },
    }
    const { ask, errors } = make([
      untyped({ method: 'GET', path: '/x', sse: { validateEvents: true }, schema: { event }, handler: () => source }),
    ])
    await ask('/x', { headers: asking })
    expect(errors[0]).toMatchObject({ code: 'ERR_EVENT_INVALID' })
  })

  it('is off unless a route or its server asks for it', async () => {
    const wrong = [{ txt: 1 }]
    expect((await read(route(wrong, { event }, true))).text).toBe('data: {"txt":1}\n\n')
    expect((await make([route(wrong, { event }, true)], { sse: { validateEvents: true } }).ask('/x')).status).toBe(500)
    const unchecked = route(wrong, { event }, { validateEvents: false })
    expect((await make([unchecked], { sse: { validateEvents: true } }).ask('/x')).status).toBe(200)
    expect((await make([route(wrong, {}, true)], { sse: { validateEvents: true } }).ask('/x')).status).toBe(200)
  })
})

const start = (entry: AnyRoute) => (): Server => new Server([entry])

describe('schema.event is an error at start-up', () => {
  it('on a route that does not stream', () => {
    const entry = untyped({ method: 'GET', path: '/x', schema: { event }, handler: () => 'x' })
    expect(start(entry)).toThrow(/^GET \/x has schema\.event, which is for routes with `sse: true`\.$/)
    expect(start(entry)).toThrow(expect.objectContaining({ code: 'ERR_ROUTE' }))
  })

  it.each([
    ['text', 'text'],
    ['an empty record', {}],
    ['a record of something else', { status: event.status, message: { type: 'string' } }],
    ['a list', [event.status]],
    ['null', null],
  ])('when it is %s', (_what, schema) => {
    expect(start(route([], { event: schema }, true))).toThrow(/schema\.event must be a schema/)
  })

  it('when it is missing where its check is asked for', () => {
    expect(start(route([], {}))).toThrow(/has `validateEvents`, but no schema\.event/)
  })
})
