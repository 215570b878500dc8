// The doc comments, checked name by name, so that no editor and no page of the reference shows a bare signature.
//
// - Whatever a file of `src` exports has a doc comment that begins with a sentence; `@throws` alone is none.
// - So have the public members of a class, and the members of an interface or type `*Options` or `*Init`, that a subpath exports.
//   Constructors are described by their class, and what says `override` by what it overrides.
//
// Checked at the declaration alone: what passes a name on needs no words. Of overloads, of a getter and its setter, and of
// a class and the interface that it is merged with, one speaks for all.
//
// `node scripts/check-docs.mjs [folder]` checks the `src` of that folder, this one by default.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'ts6'

const root = resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)))
const source = join(root, 'src')
const codeFiles = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
// Names are followed, but no type is computed and no library read: two seconds instead of ten.
const program = ts.createProgram(codeFiles, {
  noLib: true,
  noResolve: true,
  noEmit: true,
  types: [],
  module: ts.ModuleKind.NodeNext,
  allowImportingTsExtensions: true,
})
const checker = program.getTypeChecker()
const declared = new Set(codeFiles.flatMap(exportsOf))
const published = new Set(publicDoors().flatMap(exportsOf))
const members = [...published].flatMap(membersOf)
const problems = [
  ...[...declared].filter(isBare).map((symbol) => `${placeOf(symbol)}: ${symbol.name} has no doc comment.`),
  ...members
    .filter(({ member }) => isBare(member))
    .map(({ owner, member }) => `${placeOf(member)}: ${owner.name}.${member.name} has no doc comment.`),
]

for (const problem of problems.toSorted()) console.error(problem)
if (problems.length > 0) process.exit(1)
console.log(`${declared.size} exports and ${members.length} members of public ones, each with a doc comment.`)

/** The source files of the subpaths that package.json exports. */
function publicDoors() {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const targets = Object.values(exports).filter((target) => target.endsWith('.js'))
  return targets.map((target) => join(root, target.replace('./dist/', './src/').replace(/\.js$/, '.ts')))
}

/** What a file exports, found where it is declared; nothing of other packages. */
function exportsOf(file) {
  const module = checker.getSymbolAtLocation(program.getSourceFile(file))
  if (module === undefined) return []
  return checker
    .getExportsOfModule(module)
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol))
    .filter((symbol) => symbol.declarations !== undefined)
}

/** The members of a public name that need words, each with the name that it belongs to. */
function membersOf(owner) {
  const isClass = (owner.flags & ts.SymbolFlags.Class) !== 0
  const isOptions = /(Options|Init)$/.test(owner.name)
  if (!isClass && !isOptions) return []
  // The members of an interface or class are its own, those of a type are in the literals it is written with.
  const literals = owner.declarations.filter(ts.isTypeAliasDeclaration).flatMap(({ type }) => literalsOf(type))
  // The statics of a class are its exports.
  return [...(owner.members?.values() ?? []), ...(owner.exports?.values() ?? []), ...literals]
    .filter((member) => !isNameless(member) && !isPrivateOrOverride(member))
    .map((member) => ({ owner, member }))
}

function literalsOf(type) {
  if (ts.isTypeLiteralNode(type))
    return type.members.map((member) => checker.getSymbolAtLocation(member.name ?? member))
  return ts.isIntersectionTypeNode(type) || ts.isUnionTypeNode(type) ? type.types.flatMap(literalsOf) : []
}

/** Whether it is a constructor, an index signature, a type parameter, `prototype`, `#private` or named by a symbol. */
function isNameless({ escapedName, flags, declarations }) {
  const isInner = String(escapedName).startsWith('__') && !String(escapedName).startsWith('___')
  return isInner || declarations === undefined || (flags & ts.SymbolFlags.TypeParameter) !== 0
}

function isPrivateOrOverride({ declarations }) {
  const { Private, Protected, Override } = ts.ModifierFlags
  return declarations.some((node) => ts.getCombinedModifierFlags(node) & (Private | Protected | Override))
}

function isBare({ declarations }) {
  return !declarations.some((node) => ts.getJSDocCommentsAndTags(node).some(beginsWithWords))
}

function beginsWithWords(comment) {
  return ts.isJSDoc(comment) && /\p{L}/u.test(ts.getTextOfJSDocComment(comment.comment) ?? '')
}

function placeOf({ declarations: [node] }) {
  const file = node.getSourceFile()
  const { line } = file.getLineAndCharacterOfPosition(node.getStart())
  return `${relative(root, file.fileName)}:${line + 1}`
}
