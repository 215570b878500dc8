// One list of cases for every kind of schema: what is checked, and what must come of it.
import { type } from 'arktype'
import { Type } from 'typebox'
import * as v from 'valibot'
import { z } from 'zod'

export const libraries = ['typebox', 'zod', 'valibot', 'arktype'] as const
export type Library = (typeof libraries)[number]

export interface Case {
  readonly title: string
  readonly schema: Readonly<Record<Library, unknown>>
  readonly given: unknown
  /** Whether it arrived as strings. Only TypeBox converts those by itself. */
  readonly coerce?: boolean
  /** What a handler gets, or else the JSON Pointers of what is wrong. */
  readonly value?: unknown
  readonly wrong?: readonly string[]
}

const person = {
  typebox: Type.Object({ name: Type.String(), age: Type.Optional(Type.Number()) }),
  zod: z.object({ name: z.string(), age: z.number().optional() }),
  valibot: v.object({ name: v.string(), age: v.optional(v.number()) }),
  arktype: type({ name: 'string', 'age?': 'number' }),
}
const rows = {
  typebox: Type.Object({ rows: Type.Array(Type.Object({ 'a/b': Type.Number(), 'c~d': Type.Number() })) }),
  zod: z.object({ rows: z.array(z.object({ 'a/b': z.number(), 'c~d': z.number() })) }),
  valibot: v.object({ rows: v.array(v.object({ 'a/b': v.number(), 'c~d': v.number() })) }),
  arktype: type({ rows: type({ 'a/b': 'number', 'c~d': 'number' }).array() }),
}
const page = {
  typebox: Type.Object({ page: Type.Number({ default: 1 }), tags: Type.Array(Type.String(), { default: [] }) }),
  zod: z.object({ page: z.number().default(1), tags: z.array(z.string()).default([]) }),
  valibot: v.object({ page: v.optional(v.number(), 1), tags: v.optional(v.array(v.string()), []) }),
  arktype: type({ page: 'number = 1', tags: type('string[]').default(() => []) }),
}
const number = {
  typebox: Type.Object({ n: Type.Number() }),
  zod: z.object({ n: z.coerce.number() }),
  valibot: v.object({ n: v.pipe(v.string(), v.toNumber()) }),
  arktype: type({ n: 'string.numeric.parse' }),
}
const day = {
  typebox: Type.Object({ day: Type.Decode(Type.String(), toDay) }),
  zod: z.object({ day: z.string().transform(toDay) }),
  valibot: v.object({ day: v.pipe(v.string(), v.transform(toDay)) }),
  arktype: type({ day: type('string').pipe(toDay) }),
}
const either = {
  typebox: Type.Object({ kind: Type.Union([Type.Literal('a'), Type.Literal('b')]) }),
  zod: z.object({ kind: z.enum(['a', 'b']) }),
  valibot: v.object({ kind: v.picklist(['a', 'b']) }),
  arktype: type({ kind: "'a' | 'b'" }),
}
const strict = {
  typebox: Type.Object({ a: Type.Number() }, { additionalProperties: false }),
  zod: z.looseObject({ a: z.number() }).check(z.refine((value) => !('b' in value), { path: ['b'] })),
  valibot: v.strictObject({ a: v.number() }),
  arktype: type({ '+': 'reject', a: 'number' }),
}
const text = { typebox: Type.String(), zod: z.string(), valibot: v.string(), arktype: type('string') }

function toDay(written: string): Date {
  return new Date(`${written}T00:00:00Z`)
}

export const cases: readonly Case[] = [
  { title: 'takes what fits', schema: person, given: { name: 'Ann', age: 30 }, value: { name: 'Ann', age: 30 } },
  { title: 'takes what leaves out the optional', schema: person, given: { name: 'Ann' }, value: { name: 'Ann' } },
  { title: 'names what is wrong', schema: person, given: { name: 1, age: 'x' }, wrong: ['/age', '/name'] },
  { title: 'names what is missing', schema: person, given: { age: 1 }, wrong: ['/name'] },
  { title: 'refuses null in place of an object', schema: person, given: null, wrong: [''] },
  { title: 'refuses nothing in place of an object', schema: person, given: undefined, wrong: [''] },
  { title: 'points at the value itself with an empty pointer', schema: text, given: 5, wrong: [''] },
  { title: 'takes an empty string for a string', schema: text, given: '', value: '' },
  {
    title: 'points into lists, with ~0 and ~1 for what a pointer keeps for itself',
    schema: rows,
    given: {
      rows: [
        { 'a/b': 1, 'c~d': 2 },
        { 'a/b': 'x', 'c~d': 2 },
        { 'a/b': 1, 'c~d': 'x' },
      ],
    },
    wrong: ['/rows/1/a~1b', '/rows/2/c~0d'],
  },
  { title: 'fills in defaults', schema: page, given: {}, value: { page: 1, tags: [] } },
  {
    title: 'keeps what was given over a default',
    schema: page,
    given: { page: 2, tags: ['x'] },
    value: { page: 2, tags: ['x'] },
  },
  { title: 'checks what was given where there is a default', schema: page, given: { page: 'x' }, wrong: ['/page'] },
  { title: 'makes a number of a string', schema: number, given: { n: '5.5' }, coerce: true, value: { n: 5.5 } },
  { title: 'makes a number of a negative one', schema: number, given: { n: '-3' }, coerce: true, value: { n: -3 } },
  { title: 'refuses a string that is no number', schema: number, given: { n: 'five' }, coerce: true, wrong: ['/n'] },
  { title: 'decodes', schema: day, given: { day: '2026-11-21' }, value: { day: new Date('2026-11-21') } },
  { title: 'checks before it decodes', schema: day, given: { day: 5 }, wrong: ['/day'] },
  { title: 'takes one of a choice', schema: either, given: { kind: 'b' }, value: { kind: 'b' } },
  { title: 'refuses once what is none of a choice', schema: either, given: { kind: 'c' }, wrong: ['/kind'] },
  {
    title: 'refuses by name what it does not know, where it is strict',
    schema: strict,
    given: { a: 1, b: 2 },
    wrong: ['/b'],
  },
]
