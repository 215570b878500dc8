// The arguments of a command: nothing is coerced, guessed or ignored.
import { expect, test } from 'vitest'
import { defineCommand } from '../../../src/cli/command/command.ts'
import { parseInput } from '../../../src/cli/command/parse.ts'
import { parseDurationMs, parseFactor, parseWholeNumber } from '../../../src/cli/command/value.ts'

const command = defineCommand({
  name: 'tail',
  summary: '',
  parameters: ['URL', 'FILE'],
  options: {
    since: { value: 'ID', help: '' },
    header: { short: 'H', value: 'HEADER', isMany: true, help: '' },
    json: { short: 'j', help: '' },
  },
  examples: [],
  run: () => Promise.resolve(0),
})

const parse = (...args: readonly string[]): ReturnType<typeof parseInput> => parseInput(command, args)

test.each(['007', '1e3', '0x10', '', 'true', '-5', '--json'])('the id %j stays the text that it is', (id) => {
  expect(parse('url', 'file', `--since=${id}`).text('since')).toBe(id)
})

test('an option that may be given several times has all of its values, in order', () => {
  const input = parse('-H', 'a: 1', 'url', '--header', 'b: 2', 'file', '-Hc: 3')
  expect(input.list('header')).toEqual(['a: 1', 'b: 2', 'c: 3'])
  expect([input.parameter(0), input.parameter(1)]).toEqual(['url', 'file'])
  expect(input.has('json')).toBe(false)
})

test('behind -- everything is a parameter', () => {
  expect(parse('url', '--', '--json').parameter(1)).toBe('--json')
})

test.each([
  [['url', 'file', '--sinse', '1'], 'tail has no option --sinse. Did you mean --since?'],
  [['url', 'file', '--constructor'], 'tail has no option --constructor. It has --since, --header, --json.'],
  [['url', 'file', '-x'], 'tail has no option -x. It has --since, --header, --json.'],
  [['url', 'file', '--since'], '--since needs its value: --since ID.'],
  [['url', 'file', '--since', '--json'], '--since needs its value: --since ID. One that begins with - is written'],
  [['url', 'file', '--json=yes'], '--json takes no value.'],
  [['url', 'file', '--since', '1', '--since', '2'], '--since is given twice.'],
  [['url', 'file', '-j', '-j'], '-j is given twice.'],
  [['url'], 'tail needs FILE.'],
  [['url', 'file', 'more'], 'tail takes URL FILE, and then nothing more: "more".'],
])('%j is refused: %s', (args, message) => {
  expect(() => parse(...args)).toThrow(
    expect.objectContaining({ code: 'ERR_OPTION', message: expect.stringContaining(message) }),
  )
})

test('options that exclude each other are refused', () => {
  expect(() => parse('a', 'b', '--json', '--since', '1').refuseBoth('json', 'since')).toThrow(
    '--json and --since exclude each other.',
  )
})

test.each([
  ['500ms', 500],
  ['10s', 10_000],
  ['1.5s', 1500],
  ['2m', 120_000],
  ['1h', 3_600_000],
])('%s are %d milliseconds', (text, ms) => {
  expect(parseDurationMs('--for', text)).toBe(ms)
})

test.each(['10', '0s', '-1s', '1d', '999h', 'soon', ''])('%j is no time', (text) => {
  expect(() => parseDurationMs('--for', text)).toThrow(/--for takes a time like 500ms, 10s, 2m or 1h/)
})

test.each(['1.5', '-1', '11', '0', 'x', '', '1e1'])('%j is no whole number from 1 to 10', (text) => {
  expect(() => parseWholeNumber('--count', text, { min: 1, max: 10 })).toThrow(/a whole number from 1 to 10/)
})

test.each(['0', '-1', 'x', '', '1e9999'])('%j is no factor', (text) => {
  expect(() => parseFactor('--speed', text)).toThrow(/a number above 0/)
})
