// The programs whose type checking is measured: 200 routes in 10 files, and the same without `defineRoute` for
// comparison.
import { recipes } from './recipes.mjs'

const fileCount = 10
const routesInFile = 20
/** The last 6 routes of each file are in groups, nested two deep. */
const routesInGroups = 6

export const routeCount = fileCount * routesInFile

/**
 * The variants of the program: `routes` declares routes, `client` also calls each of them, the others are baselines.
 */
export const variants = ['schemas', 'by hand', 'routes', 'client']

/** The packages that the programs import besides this one. */
export const packages = ['typebox', 'zod']

/**
 * The program of a variant, as file name -> text; it is the same at every call. `schemas` has only the schemas; `by
 * hand` adds the handlers, each with the type of its context written out; `routes` has schemas and handlers in
 * `defineRoute` and `defineRoutes`; `client` adds a `createClient` and a call of each route.
 */
export function createProgram(variant) {
  const names = Array.from({ length: fileCount }, (_, index) => `part${index}`)
  const files = Object.fromEntries(names.map((name, index) => [`${name}.ts`, partOf(variant, index)]))
  if (variant === 'routes') return { ...files, 'index.ts': indexOf(names) }
  return variant === 'client' ? { ...files, 'index.ts': indexOf(names), 'client.ts': clientOf() } : files
}

// All variants import the same modules, so that the cost of those cancels out.
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
