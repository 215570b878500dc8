import { expect, test } from 'vitest'
import { paramNames, Router } from '../../src/server/router.ts'
import { templatesOf } from '../../src/openapi/path-template.ts'

test.each([
  ['/', ['/']],
  ['/a/:id', ['/a/{id}']],
  ['/a/:id?', ['/a/{id}', '/a']],
  ['/:id?', ['/{id}', '/']],
  ['/a/:id+', ['/a/{id}']],
  ['/a/:id*', ['/a/{id}', '/a']],
  ['/a/:id(\\d+)', ['/a/{id}']],
  ['/a/:id(\\d+)?/b', ['/a/{id}/b', '/a/b']],
  ['/a/*', ['/a/{0}']],
  ['/a/:b(\\d+)/(\\d+)/*', ['/a/{b}/{0}/{1}']],
  ['/a/**', ['/a/{0}']],
  ['/a/**:rest', ['/a/{rest}']],
  ['/:a.:b', ['/{a}.{b}']],
  ['/a{/:b}?', ['/a/{b}', '/a']],
  ['/a/(\\d+)', ['/a/{0}']],
  ['/a\\:b', ['/a:b']],
])('%s', (pattern, paths) => {
  const templates = templatesOf(pattern)
  expect(templates.map(({ path }) => path)).toEqual(paths)
  expect(templates[0]?.parameters.map(({ name }) => name)).toEqual(paramNames(pattern))
  // The router finds the route by each of them.
  const router = new Router<true>()
  router.add('GET', pattern, true)
  for (const path of paths) expect(router.find('GET', path.replaceAll(/\{\w+\}/g, '1'))).toBeDefined()
})

test('a constraint is the pattern of its parameter', () => {
  expect(templatesOf('/:id(\\d+(?:x|y))')[0]?.parameters).toEqual([
    { name: 'id', pattern: '\\d+(?:x|y)', isLong: false },
  ])
})

test.each(['/:a+', '/*', '/**', '/**:a'])('a value of %s may have slashes', (pattern) => {
  expect(templatesOf(pattern)[0]?.parameters[0]?.isLong).toBe(true)
})
