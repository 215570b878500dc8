// The cases of the protocol are what their schema says, and each has a name of its own.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import * as Schema from 'typebox/schema'
import { caseFiles, caseFolder, readCases } from '../support/protocol/cases.ts'

const readJson = (name: string): unknown => JSON.parse(readFileSync(`${caseFolder}${name}.json`, 'utf8'))
const schema = readJson('cases.schema')
if (typeof schema !== 'object' || schema === null) throw new Error('There is no schema.')
const validator = Schema.Compile(schema)

describe.each(caseFiles)('%s.json', (file) => {
  test('fits the schema', () => {
    expect(validator.Errors(readJson(file))[1]).toEqual([])
    expect(validator.Check(readJson(file))).toBe(true)
  })

  test('has names that are unique in each group', () => {
    for (const cases of Object.values(readCases<{ readonly name: string }>(file))) {
      const names = cases.map(({ name }) => name)
      expect(new Set(names).size).toBe(names.length)
    }
  })
})

test('the schema refuses a case with a member that is misspelt', () => {
  const groups = { ids: [{ name: 'a', wire: 'id: 1\n\n', events: [], lastEventID: '1' }] }
  expect(validator.Check({ about: 'Wrong', groups })).toBe(false)
})
