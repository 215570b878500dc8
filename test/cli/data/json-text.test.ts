// JSON as it came: coloured, compact or indented, without being parsed and written anew.
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { compactJson, indentJson, isJsonObject, paintJson } from '../../../src/cli/data/json-text.ts'
import { createPaint } from '../../../src/cli/terminal/paint.ts'

const paint = createPaint({}, { FORCE_COLOR: '1' })
const withoutColours = (text: string): string => stripVTControlCharacters(text)

test.each([
  ['{"n": 12345678901234567890, "a": 1.10}', '{"n":12345678901234567890,"a":1.10}'],
  ['{\n  "a b": [1, 2],\n  "c": "x: {y}, \\" z"\n}', '{"a b":[1,2],"c":"x: {y}, \\" z"}'],
  ['[ ]', '[]'],
])('%j is compact without changing a value', (json, expected) => {
  expect(compactJson(json)).toBe(expected)
})

test.each(['{"a":[1,{"b":null}],"c":{}}', '[]', '{"x":"\\\\","y":[[]]}', '"text"', '[1,[2,[3]]]'])(
  '%s is indented as JSON.stringify would',
  (json) => {
    expect(indentJson(json)).toBe(JSON.stringify(JSON.parse(json), null, 2))
  },
)

test('colours change no character, wherever lines are broken', () => {
  const json = '{"key":"a long text","n":-1.5e3,"list":[true,null,{"k":"v"}]}'
  for (let width = 1; width <= json.length; width += 1) {
    const lines = json.match(new RegExp(`.{1,${width}}`, 'g')) ?? []
    expect(paintJson(lines, paint).map(withoutColours)).toEqual(lines)
  }
})

test('a text that goes on in the next line keeps its colour', () => {
  expect(paintJson(['["ab', 'cd"]'], paint)).toEqual([
    `${paint.dim('[')}${paint.green('"ab')}`,
    `${paint.green('cd"')}${paint.dim(']')}`,
  ])
})

test('keys and texts are told apart, in a text that is cut off too', () => {
  expect(paintJson(['{"a":"b'], paint)).toEqual([
    [paint.dim('{'), paint.blue('"a"'), paint.dim(':'), paint.green('"b')].join(''),
  ])
})

test.each([
  ['{"a":1}', true],
  ['[{"a":1}]', true],
  ['{}', true],
  ['[1]', false],
  ['42', false],
  ['"a"', false],
  ['{"a":', false],
])('%s is an object, or a list of objects: %s', (json, expected) => {
  expect(isJsonObject(json)).toBe(expected)
})
