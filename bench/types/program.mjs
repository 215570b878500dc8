// The programs that are measured: 200 routes in 10 files, and what they are compared with.
import { recipes } from './recipes.mjs'

const fileCount = 10
const routesInFile = 20
/** The last routes of each file stand in groups, two deep. */
const routesInGroups = 6

export const routeCount = fileCount * routesInFile

/** What is measured: `routes` is the real thing, the others are yardsticks. */
export const variants = ['schemas', 'by hand', 'routes']

/** What the programs import, beside this package. */
export const packages = ['typebox', 'zod']

/**
 * A program: file name -> text, the same at every call. `schemas` are the schemas alone; `by hand` has the same handlers
 * as well, each with the type of its context written out; `routes` is `defineRoute` and `defineRoutes`.
 */
export function createProgram(variant) {
  const names = Array.from({ length: fileCount }, (_, index) => `part${index}`)
  const files = Object.fromEntries(names.map((name, index) => [`${name}.ts`, partOf(variant, index)]))
  return variant === 'routes' ? { ...files, 'index.ts': indexOf(names) } : files
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
  const numbers = Array.from({ length: routesInFile }, (_, position) => index * routesInFile + position)
  const made = numbers.map((number) => recipes[number % recipes.length](number))
  const schemas = made.flatMap((recipe) => Object.entries(recipe.schemas))
  const constants = schemas.map(([name, expression]) => `export const ${name} = ${expression}`)
  return [...header, ...constants, ...bodyOf(variant, made), ''].join('\n')
}

function bodyOf(variant, made) {
  if (variant === 'schemas') return []
  if (variant === 'by hand') return [helper, ...made.map(byHand)]
  const routes = made.map(declare)
  const outer = routes.splice(-routesInGroups)
  const inner = outer.splice(routesInGroups / 2)
  const groups = group('/organisations/:organisation', [...outer, group('/archive', inner)])
  return [helper, guard, 'export const list = [', ...routes, groups, '] as const']
}

function declare({ method, path, sse, parts, handler }) {
  const checks = Object.entries(parts).map(([part, name]) => `${part}: ${name}`)
  const lines = [`method: '${method}'`, `path: '${path}'`]
  if (sse !== undefined) lines.push(`sse: ${sse}`)
  if (checks.length > 0) lines.push(`schema: { ${checks.join(', ')} }`)
  return `defineRoute({\n  ${[...lines, `handler: ${handler}`].join(',\n  ')},\n}),`
}

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
