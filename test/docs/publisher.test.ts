// What stands between a version and the registry: publisher.json has to be filled in.
import { expect, test } from 'vitest'
import { fillIn, findMissing, readPublisher } from '../../scripts/publisher.mjs'

const filled = {
  repository: 'git+https://example.com/name/tidings.git',
  homepage: 'https://example.com/tidings',
  bugs: 'https://example.com/name/tidings/issues',
  security: 'security@example.com',
}

test('publisher.json has each place, and no other', () => {
  expect(Object.keys(readPublisher())).toEqual(Object.keys(filled))
})

test('nothing is missing once each place is filled in', () => {
  expect(findMissing(filled)).toEqual([])
  expect(findMissing({ ...filled, security: 'https://example.com/report' })).toEqual([])
})

test.each(Object.keys(filled))('an empty or left out %s is missing', (name) => {
  expect(findMissing({ ...filled, [name]: '' })).toEqual([expect.stringContaining(`"${name}" is empty`)])
  expect(findMissing({ ...filled, [name]: undefined })).toEqual([expect.stringContaining(`"${name}" is empty`)])
})

test.each([
  ['repository', 'git@example.com:name/tidings.git'],
  ['homepage', 'example.com'],
  ['bugs', 'http://example.com'],
  ['security', 'somebody'],
])('%s cannot be %s', (name, value) => {
  expect(findMissing({ ...filled, [name]: value })).toEqual([expect.stringContaining(JSON.stringify(value))])
})

test('the manifest gets the addresses in the fields that npm shows, and keeps the rest', () => {
  expect(fillIn({ name: 'tidings', version: '1.0.0' }, filled)).toEqual({
    name: 'tidings',
    version: '1.0.0',
    homepage: filled.homepage,
    bugs: { url: filled.bugs },
    repository: { type: 'git', url: filled.repository },
  })
})
