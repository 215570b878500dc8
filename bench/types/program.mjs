// The programs that are measured: 200 routes in 10 files, and what they are compared with.
import { recipes } from './recipes.mjs'

const fileCount = 10
const routesInFile = 20
/** The last routes of each file stand in groups, two deep. */
const routesInGroups = 6

export const routeCount = fileCount * routesInFile

/** What is measured: `routes` is the real thing, `client` has a call of each as well, the others are yardsticks. */
export const variants = ['schemas', 'by hand', 'routes', 'client']

/** What the programs import, beside this package. */
export const packages = ['typebox', 'zod']

/**
 * A program: file name -> text, the same at every call. `schemas` are the schemas alone; `by hand` has the same handlers
 * as well, each with the type of its context written out; `routes` is `defineRoute` and `defineRoutes`, `client` those and
 * a `createClient` that calls each of them.
 */
export function createProgram(variant) {
  const names = Array.from({ length: fileCount }, (_, index) => `part${index}`)
  const files = Object.fromEntries(names.map((name, index) => [`${name}.ts`, partOf(variant, index)]))
  if (variant === 'routes') return { ...files, 'index.ts': indexOf(names) }
  return variant === 'client' ? { ...files, 'index.ts': indexOf(names), 'client.ts': clientOf() } : files
}

// All variants open the same modules, so that what those cost by themselves cancels out.
const header = [
  "import { defineRoute, defineRoutes, sse, Type, type Context, type Middleware } from 'tidings'",
  "import type { StaticDecode } from 'typebox'",
  "import { z } from 'zod'",
]
const helper = 'const titleOf = (ctx: Context<{ id: string }>): string => `item ${ctx.params.id}`'
const guard = `const guard: Middleware = (ctx, next) =>
  ctx.headers['authorization'] === undefined ? new Response(null, { status: 401 }) : next()`

function partOf(variant, index) {
  const made = recipesOf(index)
  const schemas = made.flatMap((recipe) => Object.entries(recipe.schemas))
  const constants = schemas.map(([name, expression]) => `export const ${name} = ${expression}`)
  return [...header, ...constants, ...bodyOf(variant, made), ''].join('\n')
}

function recipesOf(index) {
  const numbers = Array.from({ length: routesInFile }, (_, position) => index * routesInFile + position)
  return numbers.map((number) => recipes[number % recipes.length](number))
}

function bodyOf(variant, made) {
  if (variant === 'schemas') return []
  if (variant === 'by hand') return [helper, ...made.map(byHand)]
  const routes = made.map(declare)
  const outer = routes.splice(-routesInGroups)
  const inner = outer.splice(routesInGroups / 2)
  const groups = group(outerPath, [...outer, group(innerPath, inner)])
  return [helper, guard, 'export const list = [', ...routes, groups, '] as const']
}

function declare({ method, path, sse, parts, handler }) {
  const checks = Object.entries(parts).map(([part, name]) => `${part}: ${name}`)
  const lines = [`method: '${method}'`, `path: '${path}'`]
  if (sse !== undefined) lines.push(`sse: ${sse}`)
  if (checks.length > 0) lines.push(`schema: { ${checks.join(', ')} }`)
  return `defineRoute({\n  ${[...lines, `handler: ${handler}`].join(',\n  ')},\n}),`
}

const outerPath = '/organisations/:organisation'
const innerPath = '/archive'

function group(path, children) {
  return `{ path: '${path}', middleware: [guard], children: [\n${children.join('\n')}\n] },`
}

function byHand({ path, parts, library, handler }, index) {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => `${name}: string`)
  const typeOf = (part, otherwise) => {
    if (parts[part] === undefined) return otherwise
    return library === 'zod' ? `z.output<typeof ${parts[part]}>` : `StaticDecode<typeof ${parts[part]}>`
  }
  const types = [typeOf('params', `{ ${names.join('; ')} }`), typeOf('query', '{}'), typeOf('body', 'unknown')]
  return `export const handle${index}: (ctx: Context<${types.join(', ')}>) => unknown = ${handler}`
}

function indexOf(names) {
  const imports = names.map((name) => `import { list as ${name} } from './${name}.js'`)
  const routes = `export const routes = defineRoutes([${names.map((name) => `...${name}`).join(', ')}])`
  return ["import { defineRoutes } from 'tidings'", ...imports, routes, ''].join('\n')
}

function clientOf() {
  const calls = Array.from({ length: fileCount }, (_, index) => recipesOf(index).map(callOf)).flat()
  return [
    "import { createClient } from 'tidings/client'",
    "import type { routes } from './index.js'",
    "const client = createClient<typeof routes>('http://localhost')",
    'declare function use(value: object): void',
    'export async function run(): Promise<void> {',
    ...calls,
    '}',
    '',
  ].join('\n')
}

function callOf({ method, path, sse, ask }, position) {
  const isInner = position >= routesInFile - routesInGroups / 2
  const isOuter = position >= routesInFile - routesInGroups
  const prefix = (isOuter ? outerPath : '') + (isInner ? innerPath : '')
  const params = [ask.params, isOuter ? "organisation: 'o'" : undefined].filter((part) => part !== undefined).join(', ')
  const parts = Object.entries({ ...ask, params: params === '' ? undefined : params }).filter(
    ([, part]) => part !== undefined,
  )
  const options = parts.length === 0 ? '' : `, { ${parts.map(([name, part]) => `${name}: { ${part} }`).join(', ')} }`
  const call = `client.${method.toLowerCase()}('${prefix}${path}'${options})`
  return sse === undefined ? `  use(await ${call})` : `  for await (const event of ${call}) use(event)`
}
