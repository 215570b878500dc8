// The mounts that docs/frameworks.md shows are those of the examples, which the tests run.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const examples = join(root, 'examples', 'frameworks')
const shown = [...readFileSync(join(root, 'docs', 'frameworks.md'), 'utf8').matchAll(/^```jsx\n(.*?)^```$/gms)]

test('the document shows the mount of each example, word for word', () => {
  const projects = readdirSync(examples)
  const files = readdirSync(examples, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'))
  const texts = files.map((file) => readFileSync(join(examples, file), 'utf8').replace(/^\/\/.*\n/, ''))
  expect(shown).toHaveLength(projects.length)
  for (const [, mount] of shown) expect(texts).toContain(mount)
})
