// docs/cli.md names every command and every option of `tidings`, and no other.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { commands } from '../../src/cli/commands.ts'
import { exitCode } from '../../src/cli/command/exit-code.ts'
import { requestOptions } from '../../src/cli/request/request.ts'

const text = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8')
const sections = text.split(/^## /m)
const optionsIn = (section: string): string[] =>
  Array.from(section.matchAll(/^\| (?:`-\w`, )?`--([\w-]+)/gm), ([, name = '']) => name)

test.each(commands.map((command) => [command.name, command] as const))('the options of %s', (name, { options }) => {
  const section = sections.find((section) => section.split(':')[0]?.split(' and ').includes(name)) ?? ''
  const own = Object.keys(options).filter((option) => !Object.hasOwn(requestOptions, option))
  // A section of two commands has a table for each.
  const [, ...tables] = section.split(/^\| option of `/m)
  const table = tables.find((part) => part.startsWith(name)) ?? section
  // Its table has the templates as its rows.
  if (name !== 'new') expect(optionsIn(table)).toEqual(own)
  else expect(section).toContain('`--template`')
})

test('the options of a request', () => {
  const section = sections.find((section) => section.startsWith('The request')) ?? ''
  expect(optionsIn(section)).toEqual(Object.keys(requestOptions))
})

test('the exit codes', () => {
  const codes = Array.from(text.matchAll(/^\| (\d+) +\| /gm), ([, code]) => Number(code))
  expect(codes).toEqual(Object.values(exitCode))
})
