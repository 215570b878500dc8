// The requests of the differential tests, by what they are about.
import type { Answer, WireRequest } from './request.ts'

type Headers = Readonly<Record<string, string>>

function ask(target: string, status: number, headers: Headers = {}, method = 'GET'): WireRequest {
  return { method, target, headers: Object.entries(headers), status }
}

function send(target: string, status: number, type: string | undefined, body: string, more: Headers = {}): WireRequest {
  const headers = Object.entries({ ...(type === undefined ? {} : { 'content-type': type }), ...more })
  return { method: 'POST', target, headers, body, status }
}

const json = 'application/json'
const form = 'application/x-www-form-urlencoded'
const multipart = 'multipart/form-data; boundary=B'
const eventSource = { accept: 'text/event-stream', 'cache-control': 'no-cache' }
const page = { origin: 'https://app.example' }
const part = (name: string, value: string): string =>
  `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)

/** Headers that are not ASCII, with bodies that are, and that are not. */
const bytes: Readonly<Record<string, WireRequest>> = Object.fromEntries([
  ...['text', 'json', 'nothing', 'Response', 'empty', 'stream'].flatMap((kind) => {
    const status = kind === 'nothing' ? 204 : 200
    const inUtf8 = ask(`/bytes/${kind}?text=%E2%82%AC`, status)
    return [[`bytes: ${kind}`, ask(`/bytes/${kind}`, status)] as const, [`bytes: ${kind} in UTF-8`, inUtf8] as const]
  }),
  ['bytes: error', ask('/bytes/error', 400)] as const,
])

/** The names of the requests whose answer has a header that is not ASCII. */
export const headersOfBytes: readonly string[] = Object.keys(bytes)

const plain: Readonly<Record<string, WireRequest>> = {
  text: ask('/hello', 200),
  JSON: ask('/json', 200),
  nothing: ask('/nothing', 204),
  'json()': ask('/made', 202),
  'a Response': ask('/own', 203),
  'a Response of bytes': ask('/own-bytes', 200),
  'a Response of a stream': ask('/own-stream', 200),
  'a Response of 204': ask('/own-empty/204', 204),
  'a Response of 304': ask('/own-empty/304', 304),
  'a Response of 200 without a body': ask('/own-empty/200', 200),
  'a Response with framing headers': ask('/own-length', 200),
  'bytes that are gzip already': ask('/gzipped', 200),
  'an answer that middleware copies': ask('/copied', 200),
  ...bytes,
  'Response.redirect': ask('/redirect', 307),
  'a redirect by hand': ask('/moved', 301),
  'HEAD of text': ask('/hello', 200, {}, 'HEAD'),
  'HEAD of a Response': ask('/own', 203, {}, 'HEAD'),
  'HEAD of nothing': ask('/nothing', 204, {}, 'HEAD'),
  'HEAD of no route': ask('/nowhere', 404, {}, 'HEAD'),
  'no route': ask('/nowhere', 404),
  'another method': ask('/hello', 405, {}, 'DELETE'),
  'a method that nobody has': ask('/hello', 405, {}, 'PROPFIND'),
  'OPTIONS without an origin': ask('/hello', 405, {}, 'OPTIONS'),
  DELETE: ask('/things/1', 204, {}, 'DELETE'),
  'the slash at the end': ask('/hello/', 200),
  'the root': ask('/', 404),
  'repeated headers': {
    ...ask('/headers', 200),
    headers: [
      ['x-one', 'a'],
      ['x-one', 'b'],
      ['accept-language', 'de'],
      ['accept-language', 'en;q=0.5'],
    ],
  },
  'a header in UTF-8, as latin1': ask('/headers', 200, { 'x-one': Buffer.from('é').toString('latin1') }),
}

const paths: Readonly<Record<string, WireRequest>> = {
  'a name that is encoded': ask('/names/%E4%BD%A0%2F%20%25', 200),
  'a name that is encoded in lower case': ask('/names/%c3%a9', 200),
  'a name that is no UTF-8': ask('/names/%E4', 400),
  'a percent sign alone': ask('/names/%', 400),
  'a plus in a path': ask('/names/a+b', 200),
  'an empty name': ask('/names/', 404),
  'the rest of a path': ask('/rest/a/b/%2F', 200),
  'dot segments': ask('/names/../hello', 200),
  'encoded dot segments': ask('/names/%2e%2E/hello', 200),
  'two slashes': ask('//hello', 404),
  'a backslash': ask('/names\\x', 200),
  'characters that a url encodes': ask('/names/a"b<c>d`e', 200),
  'a url as a handler sees it': ask('/url?a=b%20c+d&e', 200),
  'a number': ask('/users/12', 200),
  'a number that is none': ask('/users/x1', 400),
  'a number that is too small': ask('/users/0', 400),
}

const queries: Readonly<Record<string, WireRequest>> = {
  'a query': ask('/query?a=1&b=%26+%E2%82%AC&c&=d', 200),
  'a repeated name': ask('/query?a=1&a=2', 200),
  'an empty query': ask('/query?', 200),
  'a query that is no UTF-8': ask('/query?a=%E4', 200),
  'a query with names of every object': ask('/query?__proto__=1&constructor=2', 200),
  'a query that fits': ask('/search?n=5&flag=true&tags=a&tags=b', 200),
  'a query that does not fit': ask('/search?n=1.5&flag=maybe&page=x', 400),
  'a query without what is required': ask('/search', 400),
}

const cookies: Readonly<Record<string, WireRequest>> = {
  'cookies in and out': ask('/cookies', 200, { cookie: 'x=1; y=%C3%A9; x=2; z' }),
  'a cookie that is broken': ask('/cookies', 200, { cookie: 'a=%E4; =;;b' }),
}

const cors: Readonly<Record<string, WireRequest>> = {
  'a preflight': ask(
    '/body',
    204,
    { ...page, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type, x-a' },
    'OPTIONS',
  ),
  'a preflight of another origin': ask(
    '/body',
    204,
    { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    'OPTIONS',
  ),
  'a preflight of no route': ask('/nowhere', 204, { ...page, 'access-control-request-method': 'GET' }, 'OPTIONS'),
  'another origin that may read': ask('/hello', 200, page),
  'another origin that may not': ask('/hello', 200, { origin: 'https://evil.example' }),
  'an origin that may read an error': ask('/nowhere', 404, page),
}

const bodies: Readonly<Record<string, WireRequest>> = {
  'a body that fits': send('/body', 200, json, '{"text":"é","n":1}'),
  'a body with a charset': send('/body', 200, 'application/json; charset=utf-8', '{"text":""}'),
  'a body of +json': send('/body', 200, 'application/problem+json', '{"text":""}'),
  'a body that does not fit': send('/body', 400, json, '{"text":1,"n":"x"}'),
  'a body with more than it may have': send('/strict', 400, json, '{"text":"","a":1,"b":2}'),
  'an empty body where there has to be one': send('/body', 400, json, ''),
  'a body that is too large': send('/body', 413, json, JSON.stringify({ text: 'x'.repeat(5000) })),
  'a body that is too large for its route': send('/small', 413, json, '"xxxxxxxxxx"'),
  'a body that is as deep as it may be': send('/any', 200, json, deep(500)),
  'a body that is too deep': send('/any', 400, json, deep(501)),
  'a body of another type': send('/body', 415, 'text/plain', '{"text":""}'),
  'a body without a type': send('/body', 415, undefined, '{"text":""}'),
  'a coded body': send('/body', 415, json, 'x', { 'content-encoding': 'gzip' }),
  'a body of identity': send('/body', 200, json, '{"text":""}', { 'content-encoding': 'identity' }),
  'another type where any is taken': send('/any', 200, 'application/x-other', 'x'),
  'a form': send('/form', 200, form, 'text=a+b%26&n=5'),
  'a form that does not fit': send('/form', 400, form, 'n=x'),
  'a form where none is taken': send('/body', 415, form, 'text=a'),
  multipart: send('/multipart', 200, multipart, `${part('a', '1')}${part('a', '2')}${part('b', '')}--B--\r\n`),
  'multipart with a file': send(
    '/multipart',
    200,
    multipart,
    `--B\r\nContent-Disposition: form-data; name="f"; filename="x.txt"\r\nContent-Type: text/css\r\n\r\nhi\r\n--B--\r\n`,
  ),
  'multipart that is none': send('/multipart', 400, multipart, 'x'),
  'multipart without a boundary': send('/multipart', 400, 'multipart/form-data', 'x'),
  'text in a body': send('/text', 200, 'text/plain', 'é\n'),
  'bytes, and the body once more': send('/bytes', 200, 'application/octet-stream', 'é'),
  PUT: { ...send('/things/7', 201, json, '[1]'), method: 'PUT' },
  'PATCH without a body': { ...ask('/things/7', 200), method: 'PATCH' },
}

const errors: Readonly<Record<string, WireRequest>> = {
  'an HttpError': ask('/fails/missing', 404),
  'an HttpError of 503': ask('/fails/busy', 503),
  'an Error': ask('/fails/error', 500),
  'a string that is thrown': ask('/fails/text', 500),
  'undefined that is thrown': ask('/fails/nothing', 500),
  'an Error whose message is a symbol': ask('/fails/symbol', 500),
  'an Error after a Content-Type': ask('/fails/dressed', 500),
  'an HttpError that says it is HTML': ask('/fails/marked', 400),
  'a control character in a header': ask('/control/responseHeaders', 500),
  'a control character in a header of a Response': ask('/control/Response', 500),
  'a control character in a header of json()': ask('/control/json', 500),
  'a control character in a header of a stream': ask('/control/stream', 500),
  'a guard that refuses': ask('/guarded/inner', 401),
  'a guard that lets pass': ask('/guarded/inner', 200, { authorization: 'Bearer let-me-in' }),
  'the root of a group': ask('/guarded', 200, { authorization: 'Bearer let-me-in' }),
  'a stream behind a guard': ask('/guarded/stream', 200, { authorization: 'Bearer let-me-in' }),
}

const streams: Readonly<Record<string, WireRequest>> = {
  'a stream': ask('/finite', 200),
  'a stream for an EventSource': ask('/finite', 200, eventSource),
  'a stream for who asks for ends': ask('/finite', 200, { accept: 'text/event-stream;tidings=1' }),
  'lines of JSON': ask('/finite', 200, { accept: 'application/x-ndjson' }),
  'lines of JSON in envelopes': ask('/finite', 200, { accept: 'application/x-ndjson;envelope=1' }),
  'lines of JSON by another name': ask('/finite', 200, { accept: 'application/jsonl' }),
  'a stream for who wants JSON': ask('/finite', 200, { accept: 'application/json' }),
  'a stream by weights': ask('/finite', 200, {
    accept: 'text/event-stream;q=0.1, application/x-ndjson;q=0.5, */*;q=0',
  }),
  'a stream for who wants nothing that there is': ask('/finite', 200, { accept: 'image/png' }),
  'a stream that middleware copies': ask('/copied-stream', 200),
  'an empty stream': ask('/empty', 200, eventSource),
  'a stream to come back to': ask('/again', 200, eventSource),
  'HEAD of a stream': ask('/finite', 200, {}, 'HEAD'),
  'POST to a stream': ask('/finite', 405, {}, 'POST'),
  'a position in the header': ask('/where?a=1', 200, { 'last-event-id': '4' }),
  'a position in the query': ask('/where?lastEventId=%C3%A9&a=1', 200),
  'a position in both': ask('/where?lastEventId=3', 200, { 'last-event-id': '4' }),
  'a position that is empty': ask('/where', 200, { 'last-event-id': '' }),
  'a position after the end': ask('/finite', 204, { 'last-event-id': '7~end' }),
  'a position after the end, in the query': ask('/finite?lastEventId=7~end', 204, page),
  'a stream of a POST': send('/chat', 200, json, '{"text":"a b"}'),
  'a stream of a POST after its end': send('/chat', 200, json, '{"text":"a"}', { 'last-event-id': '1~end' }),
  'a stream of a POST that does not fit': send('/chat', 400, json, '{}', eventSource),
  'an error before the first event': ask('/fails-first/missing', 404),
  'an Error before the first event': ask('/fails-first/error', 500),
  'an Error before the first event of an EventSource': ask('/fails-first/error', 200, eventSource),
  'a 503 before the first event of an EventSource': ask('/fails-first/busy', 200, eventSource),
  'a 404 before the first event of an EventSource': ask('/fails-first/missing', 404, eventSource),
  'an Error after the first event': ask('/fails-later/error', 200),
  'undefined after the first event': ask('/fails-later/nothing', 200, eventSource),
  'an HttpError after the first event': ask('/fails-later/missing', 200, eventSource),
  'an Error between lines of JSON': ask('/fails-later/error', 200, { accept: 'application/x-ndjson;envelope=1' }),
  'what cannot be sent': ask('/wrong', 200),
  'one answer of a streaming route': ask('/once', 201),
  'a stream of the same route': ask('/once?stream=true', 200),
  'an answer that a generator returns': ask('/late-answer', 202),
}

const hello: Answer = {
  status: 200,
  headers: { 'content-type': 'text/plain; charset=utf-8', vary: 'Origin', 'x-server': 'differential' },
  body: 'Hello é',
}

/** What a `Request` cannot say: it has no body with GET, no form of its target, and no fragment. */
const wireOnly: Readonly<Record<string, WireRequest>> = {
  'a GET with a body': { ...ask('/hello', 200, { 'content-type': json }), body: '{}', answer: hello },
  'a url in place of a path': { ...ask('http://test/hello', 200), answer: hello },
  'a fragment': { ...ask('/hello#x', 200), answer: hello },
}

/** All requests, by name. */
export const requests: Readonly<Record<string, WireRequest>> = {
  ...plain,
  ...paths,
  ...queries,
  ...cookies,
  ...cors,
  ...bodies,
  ...errors,
  ...streams,
  ...wireOnly,
}

/** Asked while the one stream that may be open is. */
export const refusals: Readonly<Record<string, WireRequest>> = {
  'a stream too many': ask('/finite', 503),
  'a stream too many for an EventSource': ask('/finite', 200, eventSource),
  'an answer beside a full house': ask('/hello', 200),
}
