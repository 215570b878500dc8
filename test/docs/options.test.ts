// docs/server.md lists every option of a server and of `serve`, and every property of the context.
import { expect, test } from 'vitest'
import { read } from './examples/find.mjs'

const listed = new Set(
  [...read('docs/server.md').matchAll(/^\| ([^|]+)\|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`(\w+)/g)].map(([, name = '']) => name),
  ),
)

/** The properties that an interface or its parents in these files declare, by their indentation. */
function propertiesOf(file: string, name: string): string[] {
  const body = new RegExp(`^export interface ${name}\\b[^{]*\\{\n([\\s\\S]*?)^\\}`, 'm').exec(read(file))?.[1] ?? ''
  return [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, property = '']) => property)
}

test.each([
  ['src/server/server-options.ts', 'ServerOptions'],
  ['src/server/stream-limits.ts', 'StreamLimits'],
  ['src/server/error-policy.ts', 'ErrorPolicyOptions'],
  ['src/server/cors.ts', 'CorsOptions'],
  ['src/server/body.ts', 'BodyOptions'],
  ['src/adapters/contract/options.ts', 'ServeOptions'],
  ['src/server/context.ts', 'Context'],
])('docs/server.md lists what %s declares as %s', (file, name) => {
  const properties = propertiesOf(file, name)
  expect(properties.length).toBeGreaterThan(1)
  expect(properties.filter((property) => !listed.has(property))).toEqual([])
})
