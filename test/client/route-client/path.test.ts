// Paths that a client makes, against the server's router: what is filled in is what it finds again.
import { addRoute, createRouter, findRoute } from 'rou3'
import { describe, expect, it } from 'vitest'
import { toPath } from '../../../src/client/route-client/path.ts'

const fillings: readonly (readonly [pattern: string, params: Readonly<Record<string, unknown>>, path: string])[] = [
  ['/', {}, '/'],
  ['/health', {}, '/health'],
  ['/tasks/:id', { id: 7 }, '/tasks/7'],
  ['/tasks/:id/stream', { id: 'a b/c?d#e%f\\g' }, '/tasks/a%20b%2Fc%3Fd%23e%25f%5Cg/stream'],
  ['/tasks/:id', { id: '你好' }, '/tasks/%E4%BD%A0%E5%A5%BD'],
  ['/tasks/:id', { id: '...' }, '/tasks/...'],
  ['/tasks/:id', { id: '%2e%2e' }, '/tasks/%252e%252e'],
  ['/a/:b_2/:C', { b_2: true, C: 10n }, '/a/true/10'],
  ['/v:version', { version: 2 }, '/v2'],
  ['/:from-:to/:id', { from: '1', to: '2', id: '3' }, '/1-2/3'],
  ['/files/:name.:ext', { name: 'a', ext: 'tar.gz' }, '/files/a.tar.gz'],
  ['/users/:user-id', { user: '7' }, '/users/7-id'],
  ['/v:version?', {}, '/v'],
  ['/v:version?', { version: '2' }, '/v2'],
  ['/tasks/:id?', {}, '/tasks'],
  ['/tasks/:id?/log', {}, '/tasks/log'],
  ['/tasks/:id?/log', { id: '1' }, '/tasks/1/log'],
  ['/:id?', {}, '/'],
  ['/files/:path+', { path: 'a/b c' }, '/files/a/b%20c'],
  ['/files/:path*', {}, '/files'],
  ['/files/:path*/raw', { path: 'a/b' }, '/files/a/b/raw'],
  ['/files/:path*/raw', {}, '/files/raw'],
  ['/tasks/:id(\\d+)', { id: 7 }, '/tasks/7'],
  ['/tasks/:id(\\d{2,})?', {}, '/tasks'],
  ['/tasks/:id((?:a|b)c)/x', { id: 'bc' }, '/tasks/bc/x'],
  ['/years/(\\d+)/*', { 0: 2026 }, '/years/2026'],
  ['/years/(\\d+)/*', { 0: 2026, 1: 'a/b' }, '/years/2026/a/b'],
  ['/all/:rest(.*)', {}, '/all'],
  ['/all/:rest(.*)', { rest: 'a/b' }, '/all/a/b'],
  ['/files/*', {}, '/files'],
  ['/files/*/raw', { 0: 'a/b' }, '/files/a/b/raw'],
  ['/files/*.png', { 0: 'a/b' }, '/files/a/b.png'],
  ['/docs/**', {}, '/docs'],
  ['/docs/**', { 0: 'a/b' }, '/docs/a/b'],
  ['/docs/**/raw', {}, '/docs/raw'],
  ['/docs/**:path', { path: 'a/b' }, '/docs/a/b'],
  ['/:a/:b?/*', { a: '1', b: '2', 0: '3/4' }, '/1/2/3/4'],
  ['/book{s}?', {}, '/book'],
  ['{/:lang}?/docs', {}, '/docs'],
  ['{/:lang}?/docs', { lang: 'en' }, '/en/docs'],
  ['/users{/:id}?/posts', { id: '1' }, '/users/1/posts'],
  ['/x/{:id}', { id: '1' }, '/x/1'],
  ['/blog/:id(\\d+){-:title}?', { id: '1', title: 'a' }, '/blog/1-a'],
  ['/blog/:id(\\d{1,3}){-:title(\\w{2})}?', { id: '1' }, '/blog/1'],
  ['/static\\:path/:id', { id: '1' }, '/static:path/1'],
]

describe('a path is made of a pattern and its parameters', () => {
  it.each(fillings)('%s with %o', (pattern, params, path) => {
    expect(toPath(pattern, params)).toBe(path)
    const router = createRouter<true>()
    addRoute(router, 'GET', pattern, true)
    const found = Object.entries({ ...findRoute(router, 'GET', path)?.params }).filter(([name]) => name !== '_')
    const read = found.map(([name, text]) => [name, decodeURIComponent(text)])
    expect(Object.fromEntries(read)).toEqual(
      Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)])),
    )
  })
})

describe('no path is made', () => {
  it.each([
    ['/tasks/:id', {}, '/tasks/:id needs the parameter id.'],
    ['/tasks/:id', { id: undefined }, 'needs the parameter id'],
    ['/files/:path+', {}, 'needs the parameter path'],
    ['/docs/**:path', {}, 'needs the parameter path'],
    ['/files/*.png', {}, 'needs the parameter 0'],
    ['/files/*/raw', {}, 'needs the parameter 0'],
    ['/a{/:b-:c}?', { b: 1 }, 'needs the parameter c'],
    ['/tasks/:id', { id: '' }, 'The parameter id of /tasks/:id cannot be "".'],
    ['/tasks/:id?', { id: '' }, 'cannot be ""'],
    ['/tasks/:id', { id: null }, 'cannot be null'],
    ['/tasks/:id', { id: ['a'] }, 'cannot be'],
    ['/tasks/:id', { id: '\ud800' }, 'half of a surrogate pair'],
  ])('of %s with %o', (pattern, params, message) => {
    expect(() => toPath(pattern, params)).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
    expect(() => toPath(pattern, params)).toThrow(message)
  })

  it.each([
    ['/tasks/:id/stream', { id: '..' }],
    ['/tasks/:id', { id: '.' }],
    ['/files/**:path', { path: 'a/../../admin' }],
    ['/hidden/.:name', { name: '.' }],
  ])('that would lead elsewhere: %s with %o', (pattern, params) => {
    expect(() => toPath(pattern, { ...params })).toThrow('cannot be . or ..')
  })

  it('of what every object has', () => {
    expect(() => toPath('/:constructor', {})).toThrow('needs the parameter constructor')
  })
})
