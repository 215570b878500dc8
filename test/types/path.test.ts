// PathParams against what the router finds: one table, whose keys the compiler holds to the type and a run to the router.
import { addRoute, createRouter, findRoute } from 'rou3'
import type { PathParams } from 'tidings/server'
import { describe, expect, test } from 'vitest'

/** Of each parameter: is it there whenever the pattern matches, or only sometimes? */
type Presence<Params> = { readonly [Name in keyof Params]-?: {} extends Pick<Params, Name> ? 'sometimes' : 'always' }

interface Case {
  readonly pattern: string
  readonly presence: Readonly<Record<string, 'always' | 'sometimes'>>
  readonly found: Readonly<Record<string, Readonly<Record<string, string>> | undefined>>
}

function pattern<const Path extends string>(
  path: Path,
  presence: Presence<PathParams<Path>>,
  found: Case['found'],
): Case {
  return { pattern: path, presence: { ...presence }, found }
}

const cases: readonly Case[] = [
  // Names alone.
  pattern('/', {}, { '/': {} }),
  pattern('/health', {}, { '/health': {}, '/health/': {}, '/other': undefined }),
  pattern('/tasks/:id', { id: 'always' }, { '/tasks/1': { id: '1' }, '/tasks/': undefined }),
  pattern('/tasks/:id/stream', { id: 'always' }, { '/tasks/1/stream': { id: '1' } }),
  pattern('/:a/:b_2/:C', { a: 'always', b_2: 'always', C: 'always' }, { '/1/2/3': { a: '1', b_2: '2', C: '3' } }),
  pattern('/tasks/:id/', { id: 'always' }, { '/tasks/1': { id: '1' }, '/tasks/1/': { id: '1' } }),
  pattern('tasks/:id', { id: 'always' }, { '/tasks/1': { id: '1' } }),
  pattern('/user-data/v1.0/:id', { id: 'always' }, { '/user-data/v1.0/1': { id: '1' } }),
  // Names inside a segment.
  pattern('/v:version', { version: 'always' }, { '/v2': { version: '2' }, '/v': undefined }),
  pattern('/files/:name.:ext', { name: 'always', ext: 'always' }, { '/files/a.tar.gz': { name: 'a', ext: 'tar.gz' } }),
  pattern(
    '/:from-:to/:id',
    { from: 'always', to: 'always', id: 'always' },
    { '/1-2/3': { from: '1', to: '2', id: '3' } },
  ),
  pattern('/users/:user-id', { user: 'always' }, { '/users/7-id': { user: '7' } }),
  pattern('/at/:x@:y', { x: 'always', y: 'always' }, { '/at/1@2': { x: '1', y: '2' } }),
  pattern('/v:version?', { version: 'sometimes' }, { '/v': {}, '/v2': { version: '2' } }),
  // Optional and repeated.
  pattern('/tasks/:id?', { id: 'sometimes' }, { '/tasks': {}, '/tasks/1': { id: '1' } }),
  pattern('/tasks/:id?/log', { id: 'sometimes' }, { '/tasks/log': {}, '/tasks/1/log': { id: '1' } }),
  pattern('/files/:path+', { path: 'always' }, { '/files': undefined, '/files/a/b': { path: 'a/b' } }),
  pattern('/files/:path*', { path: 'sometimes' }, { '/files': {}, '/files/a/b': { path: 'a/b' } }),
  pattern('/files/:path*/raw', { path: 'sometimes' }, { '/files/raw': {}, '/files/a/b/raw': { path: 'a/b' } }),
  // Expressions, with and without a name.
  pattern('/tasks/:id(\\d+)', { id: 'always' }, { '/tasks/1': { id: '1' }, '/tasks/x': undefined }),
  pattern('/tasks/:id(\\d{2,})?', { id: 'sometimes' }, { '/tasks': {}, '/tasks/12': { id: '12' } }),
  pattern('/at/:when(a:b|c:d)', { when: 'always' }, { '/at/a:b': { when: 'a:b' } }),
  pattern('/years/(\\d+)', { 0: 'always' }, { '/years/2026': { 0: '2026' } }),
  pattern(
    '/years/(\\d+)/*',
    { 0: 'always', 1: 'sometimes' },
    { '/years/1': { 0: '1' }, '/years/1/a': { 0: '1', 1: 'a' } },
  ),
  pattern('/all/:rest(.*)', { rest: 'sometimes' }, { '/all': {}, '/all/a/b': { rest: 'a/b' } }),
  // Wildcards.
  pattern('/files/*', { 0: 'sometimes' }, { '/files': {}, '/files/': { 0: '' }, '/files/a/b': { 0: 'a/b' } }),
  pattern('/files/*/raw', { 0: 'always' }, { '/files/raw': undefined, '/files/a/b/raw': { 0: 'a/b' } }),
  pattern('/files/*.png', { 0: 'always' }, { '/files/a/b.png': { 0: 'a/b' } }),
  pattern('/docs/**', { 0: 'sometimes' }, { '/docs': {}, '/docs/a/b': { 0: 'a/b', _: 'a/b' } }),
  pattern('/docs/**/raw', { 0: 'sometimes' }, { '/docs/raw': {}, '/docs/a/raw': { 0: 'a', _: 'a' } }),
  pattern('/docs/**:path', { path: 'always' }, { '/docs': undefined, '/docs/a/b': { path: 'a/b' } }),
  pattern('/docs/**:path/raw', { path: 'always' }, { '/docs/a/b/raw': { path: 'a/b' } }),
  pattern(
    '/:a/:b?/*',
    { a: 'always', b: 'sometimes', 0: 'sometimes' },
    { '/1': { a: '1' }, '/1/2': { a: '1', b: '2' }, '/1/2/3/4': { a: '1', b: '2', 0: '3/4' } },
  ),
  // Groups and escapes.
  pattern('/book{s}?', {}, { '/book': {}, '/books': {} }),
  pattern('{/:lang}?/docs', { lang: 'sometimes' }, { '/docs': {}, '/en/docs': { lang: 'en' } }),
  pattern('/users{/:id}?/posts', { id: 'sometimes' }, { '/users/posts': {}, '/users/1/posts': { id: '1' } }),
  pattern('/x/{:id}', { id: 'always' }, { '/x/1': { id: '1' } }),
  pattern(
    '/blog/:id(\\d+){-:title}?',
    { id: 'always', title: 'sometimes' },
    { '/blog/1': { id: '1' }, '/blog/1-a': { id: '1', title: 'a' } },
  ),
  pattern('/static\\:path/:id', { id: 'always' }, { '/static:path/1': { id: '1' } }),
]

describe('PathParams names what the router finds', () => {
  test.each(cases)('$pattern', ({ pattern: path, presence, found }) => {
    const router = createRouter<true>()
    addRoute(router, 'GET', path, true)
    for (const [request, params] of Object.entries(found)) {
      const match = findRoute(router, 'GET', request)
      expect(match && { ...match.params }, request).toEqual(params)
    }
    // `_` is rou3's old name of what `**` matched: it is there, and has no type.
    const matches = Object.values(found).flatMap((params) =>
      params === undefined ? [] : [Object.keys(params).filter((name) => name !== '_')],
    )
    const seen = [...new Set(matches.flat())].map((name) => [
      name,
      matches.every((names) => names.includes(name)) ? 'always' : 'sometimes',
    ])
    expect(Object.fromEntries(seen)).toEqual(presence)
  })
})

test('a path that is only known at run time may have any parameter', () => {
  const params: PathParams<string> = { anything: 'goes' }
  expect(params['anything']).toBe('goes')
})
