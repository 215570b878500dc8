// The walls between rooms: a file opens its own room's files, and the doors (index.ts) of the rooms that its room's
// tsconfig.json names. `tsc -b` alone lets transitive references and deep files through.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const source = fileURLToPath(new URL('../src', import.meta.url))
const files = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
const rooms = new Map(
  files.filter((file) => file.endsWith('tsconfig.json')).map((file) => [dirname(file), referencesOf(file)]),
)
const problems = [...rooms.keys()]
  .flatMap(checkDoor)
  .concat(files.filter((file) => file.endsWith('.ts')).flatMap(checkFile))

for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exit(1)
console.log(`${rooms.size} rooms, every import through a door that is open to it.`)

function referencesOf(config) {
  const { references = [] } = JSON.parse(readFileSync(config, 'utf8'))
  return new Set(references.map(({ path }) => resolve(dirname(config), path)))
}

function checkDoor(room) {
  const door = join(room, 'index.ts')
  // sse/node holds what an import condition (#decode) brings in; nothing opens it by path.
  if (!existsSync(door))
    return room === join(source, 'sse', 'node') ? [] : [`${relative(source, room)} has no index.ts.`]
  const first = readFileSync(door, 'utf8').split('\n', 1)[0]
  return first.startsWith('// ')
    ? []
    : [`${relative(source, door)} does not say in its first line what the room is for.`]
}

function checkFile(file) {
  const room = roomOf(file)
  const specifiers = [...readFileSync(file, 'utf8').matchAll(/\bfrom '(\.[^']+)'|\bimport\('(\.[^']+)'\)/g)]
  return specifiers.flatMap(([, fixed, dynamic]) => {
    const target = resolve(dirname(file), fixed ?? dynamic)
    const other = roomOf(target)
    const name = `${relative(source, file)} imports ${relative(source, target)}`
    // sse/node is a variant of one file of the room around it, and takes that file's types.
    if (other === room || (room === join(source, 'sse', 'node') && other === dirname(room))) return []
    if (!rooms.get(room).has(other))
      return [`${name}, but ${relative(source, room)} may not open ${relative(source, other)}.`]
    return target === join(other, 'index.ts') ? [] : [`${name}, which is not the door of its room.`]
  })
}

function roomOf(file) {
  let folder = dirname(file)
  while (!rooms.has(folder)) folder = dirname(folder)
  return folder
}
