import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

it('lists exactly the error codes that exist in docs/errors.md', () => {
  const inCode = [...read('src/base/error.ts').matchAll(/\| '(ERR_[A-Z_]+)'/g)].map(([, code]) => code)
  const inDocs = [...read('docs/errors.md').matchAll(/^## (ERR_[A-Z_]+)$/gm)].map(([, code]) => code)
  expect(inCode.length).toBeGreaterThan(5)
  expect(inDocs).toEqual(inCode)
})
