// The walls between rooms, checked file by file: `tsc -b` alone lets transitive references and deep files through.
//
// - A file opens its own room's files, and the doors of the rooms that its room's tsconfig.json names: `index.ts`, or
//   `internal.ts`, which is for siblings alone.
// - Neither files nor folders import each other in a circle. Types count: a circle of types is two files that cannot be
//   read one after the other.
// - Every room is listed in the root tsconfig.json; one that is not is never built.
//
// Imports are found by TypeScript's own parser, in whatever way they are written. What it could not follow is refused: a
// name that is computed, a file that does not exist, this package by its own name, a file that is no `.ts`.
//
// `node scripts/check-walls.mjs [folder]` checks the `src` of that folder, this one by default.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'ts6'

const root = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)))
const source = join(root, 'src')
const files = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
const rooms = new Map(
  files.filter((file) => file.endsWith('tsconfig.json')).map((file) => [dirname(file), referencesOf(file)]),
)
const listed = referencesOf(join(root, 'tsconfig.json'))
const inner = new Map([
  ['sse', new Set(['#decode'])],
  ['client', new Set(['#extras'])],
  ['adapters', new Set(['#runtime'])],
  ['inspector', new Set(['#inspector-page'])],
])
const codeFiles = files.filter((file) => file.endsWith('.ts'))
const specifiers = codeFiles.flatMap(specifiersOf)
const imports = specifiers
  .filter(({ name }) => name?.startsWith('.'))
  .map(({ from, name, isExport }) => ({ from, to: resolve(dirname(from), name), isExport }))
const problems = [
  ...[...rooms.keys()].flatMap(checkRoom),
  ...files.filter((file) => !/\.ts$|[/\\]tsconfig\.json$/.test(file)).map((file) => `${nameOf(file)} is no .ts file.`),
  ...specifiers.flatMap(checkSpecifier),
  ...codeFiles.filter((file) => roomOf(file) === undefined).map((file) => `${nameOf(file)} is in no room.`),
  ...imports.flatMap(checkImport),
  ...findCircles(),
]

for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exit(1)
console.log(`${rooms.size} rooms, every import through a door that is open to it, and no circle.`)

/** The folders that a tsconfig.json refers to. */
function referencesOf(config) {
  const { references = [] } = JSON.parse(readFileSync(config, 'utf8'))
  return new Set(references.map(({ path }) => resolve(dirname(config), path)))
}

/** What a file imports and exports from, of types too, as `{ from, name, isExport }`; no name where it is computed. */
function specifiersOf(from) {
  const file = ts.createSourceFile(from, readFileSync(from, 'utf8'), ts.ScriptTarget.Latest)
  const found = file.referencedFiles.map(({ fileName }) => ({ from, name: `./${fileName}`, isExport: false }))
  const visit = (node) => {
    const target = targetOf(node)
    if (target !== undefined) {
      found.push({ from, name: target?.text, isExport: ts.isExportDeclaration(node) })
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

/** The node that names what `node` imports; `null` where the name is no literal, `undefined` where it imports nothing. */
function targetOf(node) {
  let target
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) target = node.moduleSpecifier
  else if (ts.isExternalModuleReference(node)) target = node.expression
  else if (ts.isImportTypeNode(node)) target = node.argument.literal
  else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) target = node.arguments[0]
  if (target === undefined) return undefined
  return ts.isStringLiteralLike(target) ? target : null
}

function checkSpecifier({ from, name }) {
  if (name === undefined) return [`${nameOf(from)} imports by a name that is computed.`]
  if (name.startsWith('tidings')) return [`${nameOf(from)} imports ${name}: open the room's door by its path.`]
  // What an import condition brings in (`#decode`, `#extras`, `#runtime`) belongs to the room that uses it.
  if (/^[#/]/.test(name) && !inner.get(nameOf(roomOf(from) ?? from))?.has(name)) {
    return [`${nameOf(from)} imports ${name}, which is not its room's.`]
  }
  return []
}

function checkRoom(room) {
  const unlisted = listed.has(room) ? [] : [`${nameOf(room)} is not listed in tsconfig.json, and so never built.`]
  const door = join(room, 'index.ts')
  // sse/node holds what an import condition (#decode) brings in; nothing opens it by path.
  if (isVariant(room)) return unlisted
  if (!existsSync(door)) return [...unlisted, `${nameOf(room)} has no index.ts.`]
  if (readFileSync(door, 'utf8').startsWith('// ')) return unlisted
  return [...unlisted, `${nameOf(door)} does not say in its first line what the room is for.`]
}

function checkImport({ from, to, isExport }) {
  const [room, other] = [roomOf(from), roomOf(to)]
  if (!codeFiles.includes(to)) return [`${nameOf(from)} imports ${nameOf(to)}, which is not there.`]
  if (isExport && isDoor(from, 'index.ts') && isDoor(to, 'internal.ts')) {
    return [`${nameOf(from)} exports from ${nameOf(to)}, which is for siblings alone.`]
  }
  // sse/node is a variant of one file of the room around it, and takes that file's types.
  if (room === undefined || other === room || (isVariant(room) && other === dirname(room))) return []
  const name = `${nameOf(from)} imports ${nameOf(to)}`
  if (!rooms.get(room)?.has(other)) return [`${name}, but ${nameOf(room)} may not open ${nameOf(other ?? to)}.`]
  return isDoor(to, 'index.ts') || isDoor(to, 'internal.ts') ? [] : [`${name}, which is not a door of its room.`]
}

function isDoor(file, name) {
  return file === join(roomOf(file) ?? '', name)
}

/**
 * Circles among the files and folders of each folder. An import counts in the folder that both of its ends have in
 * common: where no folder has a circle among its children, no files have one either.
 */
function findCircles() {
  const graphs = new Map()
  for (const { from, to } of imports) {
    const [here, there] = [from.split(sep), to.split(sep)]
    const depth = here.findIndex((part, index) => part !== there[index])
    // A file that imports itself is a circle of one.
    const [parent, one, other] =
      depth === -1
        ? [dirname(from), from, to]
        : [here.slice(0, depth), here.slice(0, depth + 1), there.slice(0, depth + 1)].map((parts) => parts.join(sep))
    const graph = graphs.get(parent) ?? new Map()
    graphs.set(
      parent,
      graph.set(one, (graph.get(one) ?? new Map()).set(other, `${nameOf(from)} imports ${nameOf(to)}`)),
    )
  }
  return [...graphs.values()].flatMap(circlesIn)
}

/** One message for each import that closes a circle, found by a walk in depth. */
function circlesIn(graph) {
  const circles = []
  const done = new Set()
  const path = []
  const visit = (box) => {
    if (done.has(box)) return
    const start = path.indexOf(box)
    if (start !== -1) {
      const boxes = [...path.slice(start), box]
      const reasons = boxes.slice(1).map((next, index) => `  ${graph.get(boxes[index]).get(next)}`)
      circles.push([`A circle: ${boxes.map(nameOf).join(' -> ')}`, ...reasons].join('\n'))
      return
    }
    path.push(box)
    for (const next of graph.get(box)?.keys() ?? []) visit(next)
    path.pop()
    done.add(box)
  }
  for (const box of graph.keys()) visit(box)
  return circles
}

function isVariant(room) {
  return room === join(source, 'sse', 'node')
}

/** The innermost folder around a file that is a room. */
function roomOf(file) {
  for (let folder = dirname(file); folder.startsWith(source); folder = dirname(folder)) {
    if (rooms.has(folder)) return folder
  }
  return undefined
}

function nameOf(path) {
  return relative(source, path)
}
