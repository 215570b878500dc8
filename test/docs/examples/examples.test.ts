// Every example runs: as it stands but for its port, and within the surroundings that surroundings.mjs lists.
import { describe, expect, it } from 'vitest'
import { documents, filesOf, read } from './find.mjs'
import { buildExamples, expectToRun, start } from './run.ts'
import { commentsOf } from './stated-output.mjs'
import { surroundings } from './surroundings.mjs'

const examples = buildExamples('examples-fast')

describe('the examples', () => {
  it('are all of those that there are', () => {
    const tags = filesOf('src', '.ts').flatMap((file) => read(file).match(/@example\b/g) ?? [])
    // jsx, tsx: parts of a framework's project, which test/docs/frameworks.test.ts compares with it, or of a component. html: a page.
    const fences = documents().flatMap(
      (file) =>
        read(file).match(
          /^```(?!(?:sh|nginx|haproxy|caddyfile|jsonc|jsx|tsx|html|dockerfile|yaml|vcl|apache|http)$)\w.*$/gm,
        ) ?? [],
    )
    expect(examples).toHaveLength(tags.length + fences.length)
    expect(examples.filter(({ code }) => code.trim() === '')).toEqual([])
  })

  it('run here, on a component that examples.real.test.ts starts, or with the packages that test/docs/migration has', () => {
    const components = new Set([undefined, 'redis', 'postgres', 'rivals'])
    expect(examples.filter(({ surrounding }) => !components.has(surrounding.needs))).toEqual([])
  })

  it('have no surroundings without an example', () => {
    const ids = examples.map(({ id }) => id)
    expect(Object.keys(surroundings).filter((id) => !ids.includes(id))).toEqual([])
  })

  it('state no value that they do not print', () => {
    const values = examples.flatMap(({ name, code }) =>
      commentsOf(code).other.flatMap((comment) => (/^['"`{[\d]/.test(comment) ? [`${name} ${comment}`] : [])),
    )
    expect(values).toEqual([])
  })

  describe.concurrent('run:', () => {
    it.for(examples.filter(({ surrounding }) => surrounding.needs === undefined))('$name', expectToRun)
  })
})

describe('the README', () => {
  it('shows what its first example streams', async (test) => {
    const example = examples.find(({ id }) => id === 'README.md#1')
    if (example === undefined) throw new Error('It has no example.')
    const url = /http:\S+/.exec(await start(example, test).printed(/http:\S+\n/))?.[0]
    const response = await fetch(`${url}/countdown/3`)
    const shown = /\$ curl[^\n]*\n([\s\S]*?)```/.exec(read('README.md'))?.[1]
    expect(`${(await response.text()).trimEnd()}\n`).toBe(shown)
  })
})
