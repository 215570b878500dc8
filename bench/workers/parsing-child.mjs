// What a request costs to read, by its size: requests through `server.fetch`, without sockets.
import { defineRoute, defineRoutes, Server, Type } from '../../dist/adapters/index.js'
import { answerAsks } from './answer-asks.mjs'

const list = (count, make) => Array.from({ length: count }, (_, index) => make(index))
const echo = () => 'ok'
const free = { additionalProperties: true }
const strict = { additionalProperties: false }
const maxBodyBytes = 64 * 1024 * 1024

const formats = [
  'date',
  'date-time',
  'duration',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'json-pointer',
  'time',
  'uri',
  'uuid',
]

const routes = defineRoutes([
  defineRoute({ method: 'POST', path: '/body', body: { accept: ['form', 'multipart'] }, handler: echo }),
  defineRoute({
    method: 'POST',
    path: '/strict',
    schema: { body: Type.Object({ a: Type.String() }, strict) },
    handler: echo,
  }),
  defineRoute({
    method: 'POST',
    path: '/items',
    schema: { body: Type.Array(Type.Object({ n: Type.Number() })) },
    handler: echo,
  }),
  defineRoute({
    method: 'POST',
    path: '/unique',
    schema: { body: Type.Array(Type.Number(), { uniqueItems: true }) },
    handler: echo,
  }),
  defineRoute({
    method: 'POST',
    path: '/record',
    schema: { body: Type.Record(Type.String(), Type.Number()) },
    handler: echo,
  }),
  defineRoute({ method: 'GET', path: '/query', schema: { query: Type.Object({}, free) }, handler: echo }),
  defineRoute({ method: 'GET', path: '/cookies', schema: { cookies: Type.Object({}, free) }, handler: echo }),
  defineRoute({ method: 'GET', path: '/path/**:rest', handler: echo }),
  defineRoute({
    method: 'GET',
    path: '/stream',
    sse: true,
    handler: async function* () {
      yield 1
    },
  }),
  ...formats.map((format) =>
    defineRoute({
      method: 'POST',
      path: `/format/${format}`,
      schema: { body: Type.Object({ value: Type.String({ format }) }) },
      handler: echo,
    }),
  ),
])
const server = new Server(routes, { maxBodyBytes, onError: () => {} })

const json = { 'content-type': 'application/json' }
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const multipart = { 'content-type': 'multipart/form-data; boundary=B' }
const part = (name, value) => `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`

/** By name: the path, and the request of a size. */
const requests = {
  'form, names': (size) => post('/body', form, list(size, (index) => `k${index}=v`).join('&')),
  'form, one name': (size) => post('/body', form, list(size, () => 'k=v').join('&')),
  'multipart, names': (size) =>
    post('/body', multipart, `${list(size, (index) => part(`k${index}`, 'v')).join('')}--B--\r\n`),
  'multipart, one name': (size) => post('/body', multipart, `${list(size, () => part('k', 'v')).join('')}--B--\r\n`),
  'multipart, a boundary nearly': (size) => post('/body', multipart, `${part('k', '\r\n--'.repeat(size))}--B--\r\n`),
  'query, names': (size) => get(`/query?${list(size, (index) => `k${index}=v`).join('&')}`),
  'query, one name': (size) => get(`/query?${list(size, () => 'k=v').join('&')}`),
  cookies: (size) => get('/cookies', { cookie: list(size, (index) => `k${index}=v%41`).join('; ') }),
  'Accept, ranges': (size) => get('/stream', { accept: list(size, (index) => `a/b${index};q=0.5`).join(', ') }),
  'Accept, parameters': (size) => get('/stream', { accept: `text/event-stream${';a=b'.repeat(size)}` }),
  'path, segments': (size) => get(`/path/${list(size, () => 'a').join('/')}`),
  'path, percent signs': (size) => get(`/path/${'%41'.repeat(size)}`),
  'JSON, items': (size) => post('/items', json, JSON.stringify(list(size, (n) => ({ n })))),
  'JSON, wrong items': (size) => post('/items', json, JSON.stringify(list(size, () => ({ n: 'x' })))),
  'JSON, a wrong item at the end': (size) =>
    post('/items', json, JSON.stringify(list(size + 1, (n) => ({ n: n < size ? n : 'x' })))),
  'JSON, equal items': (size) => post('/unique', json, JSON.stringify(list(size, () => 1))),
  'JSON, wrong properties': (size) =>
    post('/record', json, JSON.stringify(Object.fromEntries(list(size, (n) => [`k${n}`, 'x'])))),
  'JSON, too deep': (size) => post('/items', json, '['.repeat(size) + ']'.repeat(size)),
  'JSON, unknown names': (size) =>
    post('/strict', json, JSON.stringify(Object.fromEntries(list(size, (n) => [`k${n}`, n])))),
  ...Object.fromEntries(
    formats.map((format) => [`format ${format}`, (size) => post(`/format/${format}`, json, nearly(format, size))]),
  ),
}

/** What almost has the format: what a pattern that goes back and forth would try again and again. */
function nearly(format, size) {
  const pieces = {
    email: 'a.',
    hostname: 'a.',
    uri: 'http://a/',
    ipv4: '1.',
    ipv6: '1:',
    uuid: '0-',
    'json-pointer': '/~0',
  }
  return JSON.stringify({ value: `${(pieces[format] ?? '1').repeat(size)}!` })
}

function get(path, headers = {}) {
  return () => new Request(`http://localhost${path}`, { headers })
}

function post(path, headers, body) {
  return () => new Request(`http://localhost${path}`, { method: 'POST', headers, body })
}

answerAsks({ names: () => Object.keys(requests), cost: ({ name, size }) => cost(requests[name](size)) })

/** CPU milliseconds of one request, the lowest of 11. */
async function cost(makeRequest) {
  await answer(makeRequest())
  let lowest = Infinity
  for (let round = 0; round < 11; round += 1) {
    const request = makeRequest()
    // What earlier requests have left is not this one's cost.
    globalThis.gc()
    const before = process.cpuUsage()
    await answer(request)
    const { user, system } = process.cpuUsage(before)
    lowest = Math.min(lowest, (user + system) / 1000)
  }
  return { milliseconds: lowest }
}

async function answer(request) {
  const response = await server.fetch(request)
  await response.body?.cancel()
  // 400 is an answer of the parser; a request that it never saw is no measurement of it.
  if (response.status !== 200 && response.status !== 400) {
    throw new Error(`${request.method} ${request.url.slice(0, 60)} is answered ${response.status}`)
  }
}
