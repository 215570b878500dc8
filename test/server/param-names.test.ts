// The names of a pattern's parameters are found by a scan of our own; the router's own parser, which is too large to be
// shipped for that, says what is right.
import { routeToRegExp } from 'rou3'
import { expect, test } from 'vitest'
import { paramNames } from '../../src/server/router.ts'

const patterns = [
  [
    '/a',
    '/:id',
    '/:a/:b',
    '/:a?',
    '/:a+',
    '/:a*',
    '/:a:b',
    '/:a.:b',
    '/v:major.:minor?',
    '/:_0',
    '/:_x',
    '/:__a',
    '/x/:_',
  ],
  ['/x/*', '/x/**', '/x/**:rest', '/x/**/y', '/**:a/b', '/:a/**', '/:a/*/:b', '/a/*.png', '/a-*-:x', '/f*/:n'],
  [
    String.raw`/:a(\d+)`,
    '/:a((?:x|y)+)',
    '/:a(.*)',
    '/(.*)',
    String.raw`/(\d+)`,
    String.raw`/(\d+)/(a|b)`,
    '/:a(x)(y)',
  ],
  [String.raw`/:a(\d+)?/*`, String.raw`/:a(x\)y)/:b`, '/:a((?:b(?:c:d)))/:e', '/:a([*:b])/:c'],
  ['/x{/:a}?', '/x{/:a}?/:b', '/{a:b}?', '/a{:b}/*', String.raw`/a{/(\d+)}?/(\w+)`],
  [String.raw`/\:a/:b`, String.raw`/a\*/:b`, String.raw`/\(:a\)`, String.raw`/\{:a\}`],
].flat()

test.each(patterns)('the parameters of %s are those that the router finds', (pattern) => {
  // The router calls the first one without a name `_0`, and escapes a parameter that is called so itself.
  const groups = routeToRegExp(pattern).source.matchAll(/\(\?<(\w+)>/g)
  const names = Array.from(groups, ([, name = '']) => name.replace(/^_(?=\d+$)|^__rou3_esc__/, ''))
  expect(paramNames(pattern)).toEqual(names)
})
