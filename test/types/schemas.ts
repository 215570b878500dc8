// What a handler is given, and what a client hands in, for every kind of schema and every part of a request.
import { type } from 'arktype'
import { defineRoute, Type } from 'tidings'
import { optional, number, object, picklist, pipe, string, transform } from 'valibot'
import { z } from 'zod'
import { same, type Asked } from './same.ts'

const typeBox = defineRoute({
  method: 'POST',
  path: '/typebox/:id',
  sse: true,
  schema: {
    params: Type.Object({ id: Type.Number() }),
    query: Type.Object({ size: Type.Optional(Type.Integer()), tag: Type.Array(Type.String()) }),
    body: Type.Object({
      kind: Type.Union([Type.Literal('a'), Type.Literal('b')]),
      deep: Type.Object({ on: Type.Boolean() }),
    }),
    headers: Type.Object({ 'x-tenant': Type.String() }),
    cookies: Type.Object({ session: Type.String() }),
  },
  handler: async function* ({ params, query, body, headers, cookies }) {
    same<typeof params, { id: number }>()
    same<typeof query.size, number | undefined>()
    same<typeof query.tag, string[]>()
    same<typeof body.kind, 'a' | 'b'>()
    same<typeof body.deep.on, boolean>()
    same<(typeof headers)['x-tenant'], string>()
    same<typeof cookies.session, string>()
    yield params.id
  },
})
same<Asked<typeof typeBox, 'params'>, { id: number }>()
same<Asked<typeof typeBox, 'query'>['tag'], string[]>()
same<Asked<typeof typeBox, 'cookies'>, { session: string }>()

const zod = defineRoute({
  method: 'POST',
  path: '/zod/:id',
  sse: true,
  schema: {
    params: z.object({ id: z.coerce.number() }),
    query: z.object({ size: z.coerce.number().default(10), tag: z.string().optional() }),
    body: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('a') }),
      z.object({ kind: z.literal('b'), n: z.number() }),
    ]),
    headers: z.object({ 'x-tenant': z.string() }),
    cookies: z.object({ session: z.string().transform((text) => text.length) }),
  },
  handler: async function* ({ params, query, body, headers, cookies }) {
    same<typeof params, { id: number }>()
    same<typeof query.size, number>()
    same<typeof query.tag, string | undefined>()
    if (body.kind === 'b') same<typeof body.n, number>()
    same<(typeof headers)['x-tenant'], string>()
    same<typeof cookies.session, number>()
    yield params.id
  },
})
same<Asked<typeof zod, 'query'>['size'], unknown>()
same<Asked<typeof zod, 'cookies'>['session'], string>()

const valibot = defineRoute({
  method: 'POST',
  path: '/valibot/:id',
  sse: true,
  schema: {
    params: object({ id: pipe(string(), transform(Number)) }),
    query: object({ size: optional(string(), '10') }),
    body: object({ kind: picklist(['a', 'b']), n: number() }),
    headers: object({ 'x-tenant': string() }),
    cookies: object({ session: string() }),
  },
  handler: async function* ({ params, query, body, headers, cookies }) {
    same<typeof params, { id: number }>()
    same<typeof query, { size: string }>()
    same<typeof body, { kind: 'a' | 'b'; n: number }>()
    same<(typeof headers)['x-tenant'], string>()
    same<typeof cookies, { session: string }>()
    yield params.id
  },
})
same<Asked<typeof valibot, 'params'>, { id: string }>()
same<Asked<typeof valibot, 'query'>['size'], string | undefined>()

const arktype = defineRoute({
  method: 'POST',
  path: '/arktype/:id',
  sse: true,
  schema: {
    params: type({ id: 'string.numeric.parse' }),
    query: type({ size: 'string = "10"', 'tag?': 'string' }),
    body: type({ kind: "'a' | 'b'", n: 'number > 0' }),
    headers: type({ 'x-tenant': 'string' }),
    cookies: type({ session: 'string' }),
  },
  handler: async function* ({ params, query, body, headers, cookies }) {
    same<typeof params, { id: number }>()
    same<typeof query.size, string>()
    same<typeof query.tag, string | undefined>()
    same<typeof body, { kind: 'a' | 'b'; n: number }>()
    same<(typeof headers)['x-tenant'], string>()
    same<typeof cookies, { session: string }>()
    yield params.id
  },
})
same<Asked<typeof arktype, 'params'>, { id: string }>()
same<Asked<typeof arktype, 'query'>['size'], string | undefined>()

const day = Type.Codec(Type.String())
  .Decode((text) => new Date(text))
  .Encode((date) => date.toISOString())

/** A codec: the handler gets what it decodes, a client hands in what goes over the wire. */
const codec = defineRoute({
  method: 'GET',
  path: '/codec',
  schema: { query: Type.Object({ day }) },
  handler: ({ query }) => {
    same<typeof query, { day: Date }>()
    return { year: query.day.getUTCFullYear() }
  },
})
same<Asked<typeof codec, 'query'>, { day: string }>()

/** What TypeBox cannot express by itself. */
export const unsafe = defineRoute({
  method: 'POST',
  path: '/unsafe',
  schema: { body: Type.Unsafe<{ at: Date }>({ type: 'object' }) },
  handler: ({ body }) => body.at.toISOString(),
})
same<Asked<typeof unsafe, 'body'>, { at: Date }>()

/** Schemas of several libraries in one route, some parts without one. */
export const mixed = defineRoute({
  method: 'PATCH',
  path: '/mixed/:id',
  schema: { query: z.object({ q: z.string() }), body: Type.Array(Type.Number()), headers: undefined },
  handler: ({ params, query, body, headers, cookies }) => {
    same<typeof params, { id: string }>()
    same<typeof query, { q: string }>()
    same<typeof body, number[]>()
    same<typeof headers, { readonly [name: string]: string | undefined }>()
    same<typeof cookies, { readonly [name: string]: string | undefined }>()
    return body
  },
})
same<Asked<typeof mixed, 'headers'>, undefined>()
