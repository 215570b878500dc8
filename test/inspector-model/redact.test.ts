// What records do not say.
import { expect, test } from 'vitest'
import { redactHeaders, redactUrl } from '../../src/inspector-model/index.ts'

test('headers that let somebody in are not told, whatever their case', () => {
  const headers = new Headers({
    Authorization: 'Bearer a',
    Cookie: 'a=b',
    'X-Api-Key': 'k',
    'x-goog-api-key': 'k',
    'X-CSRF-Token': 't',
    Accept: 'text/event-stream',
    'last-event-id': '7',
    'x-mine': 'm',
    'x-monkey': 'm',
    referer: 'https://a.example/chat?token=t&page=2',
  })
  expect(redactHeaders(headers, ['X-Mine'])).toEqual({
    accept: 'text/event-stream',
    authorization: '[redacted]',
    cookie: '[redacted]',
    'last-event-id': '7',
    referer: 'https://a.example/chat?token=[redacted]&page=2',
    'x-api-key': '[redacted]',
    'x-csrf-token': '[redacted]',
    'x-goog-api-key': '[redacted]',
    'x-mine': '[redacted]',
    'x-monkey': 'm',
  })
})

test.each([
  [
    'https://a.example/s?key=1&page=2&access_token=3#end',
    'https://a.example/s?key=[redacted]&page=2&access_token=[redacted]#end',
  ],
  ['/s?monkey=1&q=a?b', '/s?monkey=1&q=a?b'],
  ['https://user:word@a.example/s@t', 'https://a.example/s@t'],
  ['/s?accessToken=3&api%5Fkey=4&%E0%A4%A=5', '/s?accessToken=[redacted]&api%5Fkey=[redacted]&%E0%A4%A=5'],
  ['https://a.example/s#access_token=3&state=4', 'https://a.example/s#access_token=[redacted]&state=4'],
  ['/s?token', '/s?token'],
  ['/s', '/s'],
  ['', ''],
])('%s is told as %s', (url, told) => {
  expect(redactUrl(url)).toBe(told)
})
