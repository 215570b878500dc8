import { Type } from 'typebox'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { untyped } from '../support/server/asking.ts'
import { at, documentOf, faultsOf } from '../support/openapi/validate.ts'

const route = (path: string, body: unknown) => untyped({ method: 'POST', path, schema: { body }, handler: () => 'x' })
const toJsonSchema = () => ({ type: 'string', title: 'made' })
const rejecting = async (): Promise<object> => Promise.reject(new Error('away'))
const listOf = (type: object) =>
  Type.Cyclic({ Node: Type.Object({ next: Type.Optional(Type.Ref('Node')), type }) }, 'Node')
const bodyOf = (schema: unknown, options = {}): unknown =>
  at(
    documentOf([route('/x', schema)], options),
    'paths',
    '/x',
    'post',
    'requestBody',
    'content',
    'application/json',
    'schema',
  )

test('a schema whose library offers no JSON Schema is refused by the name of its route, and what to do', () => {
  expect(() => bodyOf(v.string())).toThrow(
    expect.objectContaining({
      code: 'ERR_ROUTE',
      message: expect.stringMatching(/^POST \/x: schema\.body is of .*toJsonSchema/),
    }),
  )
})

test('a function makes the JSON Schema of such a library, and of no other', () => {
  expect(bodyOf(v.string(), { toJsonSchema })).toEqual({ type: 'string', title: 'made' })
  expect(bodyOf(z.string(), { toJsonSchema })).toEqual({ type: 'string' })
  expect(() => bodyOf(v.string(), { toJsonSchema: () => 'x' })).toThrow('was made no JSON Schema')
  expect(() => bodyOf(v.string(), { toJsonSchema: rejecting })).toThrow('no JSON Schema, but [object Promise]')
})

test('a schema that JSON Schema cannot express is refused by the name of its route', () => {
  expect(() => bodyOf(z.object({ at: z.date() }))).toThrow(/^POST \/x: schema\.body cannot be made JSON Schema: /)
  expect(() => bodyOf(Type.Object({ n: Type.BigInt() }))).toThrow('POST /x: schema.body has the type "bigint"')
})

test('a schema that JSON cannot hold is refused by the name of its route', () => {
  const endless: Record<string, unknown> = { type: 'object' }
  endless['properties'] = { self: endless }
  for (const schema of [endless, { type: 'integer', default: 1n }]) {
    expect(() => bodyOf(v.string(), { toJsonSchema: () => schema })).toThrow(
      expect.objectContaining({
        code: 'ERR_ROUTE',
        message: expect.stringMatching(/^POST \/x: schema\.body .* JSON cannot hold/),
      }),
    )
  }
})

test('a definition is found by any name', async () => {
  const name = z.string().meta({ id: 'shop/name~1' })
  const schema = bodyOf(z.object({ first: name, last: name }))
  expect(at(schema, 'properties', 'last')).toEqual({ $ref: '#/components/schemas/shop_name_1' })
  expect(await faultsOf(documentOf([route('/x', z.object({ first: name }))]))).toEqual([])
})

test('properties that are named like keywords are no keywords', () => {
  const schema = Type.Object({ type: Type.Literal('bigint'), $ref: Type.String(), $id: Type.String() })
  expect(at(bodyOf(schema), 'properties')).toEqual({
    type: { type: 'string', const: 'bigint' },
    $ref: { type: 'string' },
    $id: { type: 'string' },
  })
})

test('a query without a list of properties is refused', () => {
  const search = untyped({
    method: 'GET',
    path: '/x',
    schema: { query: z.record(z.string(), z.string()) },
    handler: () => 'x',
  })
  expect(() => documentOf([search])).toThrow('GET /x: schema.query has no list of properties')
})

test('a reference to what is not defined is refused', () => {
  expect(() => bodyOf(Type.Ref('Nowhere'))).toThrow(
    'POST /x: schema.body refers to "Nowhere", which it does not define.',
  )
})

test('definitions of one name but another meaning have different names', async () => {
  const routes = [
    route('/a', listOf(Type.String())),
    route('/b', listOf(Type.Number())),
    route('/c', listOf(Type.String())),
  ]
  const document = documentOf(routes)
  const nameAt = (path: string): unknown =>
    at(document, 'paths', path, 'post', 'requestBody', 'content', 'application/json', 'schema', '$ref')
  expect(['/a', '/b', '/c'].map(nameAt)).toEqual(
    ['Node', 'Node2', 'Node'].map((name) => `#/components/schemas/${name}`),
  )
  expect(at(document, 'components', 'schemas', 'Node2', 'properties', 'next')).toEqual({
    $ref: '#/components/schemas/Node2',
  })
  expect(await faultsOf(document)).toEqual([])
})
