// `npm run release`: publishes the version that stands in package.json; refuses while anything is missing.
// `--dry` shows what would be published and what is missing. `--check` only refuses (npm runs it before it publishes).
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { fillIn, findMissing, readPublisher } from './publisher.mjs'
import { root, run, setup } from './setup.mjs'
import { listTarball } from './tarball.mjs'

const changesets = join('node_modules', '@changesets', 'cli', 'bin.js')
const manifestFile = join(root, 'package.json')
const publisher = readPublisher()

if (process.argv.includes('--check')) refuse([...findMissing(publisher), ...findUnfilled()])
else {
  setup()
  if (process.argv.includes('--dry')) show()
  else publish()
}

function publish() {
  const { releases } = readPlan()
  const pending = releases.map(
    ({ name, newVersion }) => `Changes wait for ${name} ${newVersion}: npx changeset version`,
  )
  refuse([...findMissing(publisher), ...pending])
  writeFileSync(manifestFile, `${JSON.stringify(fillIn(readManifest(), publisher), undefined, 2)}\n`)
  // A statement of which commit and which workflow made the package; npm can sign one in CI alone.
  run(process.execPath, [changesets, 'publish'], {
    env: { ...process.env, NPM_CONFIG_PROVENANCE: String(Boolean(process.env.CI)) },
  })
}

/** A bare `npm publish` would leave the publisher's addresses out. */
function findUnfilled() {
  const manifest = readManifest()
  const isFilled = isDeepStrictEqual(manifest, fillIn(manifest, publisher))
  return isFilled ? [] : ['package.json lacks the addresses of publisher.json: publish by npm run release']
}

function readManifest() {
  return JSON.parse(readFileSync(manifestFile, 'utf8'))
}

function refuse(problems) {
  if (problems.length === 0) return
  console.error(`Not published.\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
  process.exit(1)
}

function show() {
  showPlan(readPlan())
  showFiles(listTarball())
  const missing = findMissing(publisher)
  console.log(missing.length > 0 ? '\nStill to be filled in:' : '\nNothing is missing.')
  for (const line of missing) console.log(`  ${line}`)
}

function showPlan({ changesets: changes, releases }) {
  if (releases.length === 0) {
    const { name, version } = readManifest()
    console.log(`No changes wait: ${name} ${version} would be published as it is.`)
  }
  for (const { name, oldVersion, newVersion } of releases)
    console.log(`${name} ${oldVersion} would become ${newVersion}.\n\nIts part of CHANGELOG.md:\n`)
  for (const { summary } of changes) console.log(`- ${summary.replaceAll('\n', '\n  ')}`)
}

function showFiles({ files, size, unpackedSize }) {
  console.log('\nFiles that would be published:\n')
  for (const { path, size } of files) console.log(`${String(size).padStart(9)}  ${path}`)
  console.log(`\n${files.length} files, ${size} bytes packed, ${unpackedSize} unpacked`)
}

/** Which versions the files in .changeset/ lead to. */
function readPlan() {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-release-'))
  const file = join(folder, 'plan.json')
  try {
    run(process.execPath, [changesets, 'status', `--output=${relative(root, file)}`], {
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    return JSON.parse(readFileSync(file, 'utf8'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
