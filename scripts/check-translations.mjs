// The Chinese documentation, docs/zh, held to the English one.
//
// `node scripts/check-translations.mjs` compares each page of docs/zh with the page of docs that it translates: what is not prose has
// to be the same, and the English prose has to be what it was when it was translated.
//
// `node scripts/check-translations.mjs --write [page ...]`, after a translation (`--write server guides/webhooks`): turns the links of
// all Chinese pages, which may be written as in the English page, to the Chinese pages and their headings, and records the English
// prose of these pages (without names: of those that have no record) as translated.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { changesSince, differences, hashesOf, linksOf, sectionsOf, slugsOf, withLinks } from './translated-page.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = 'docs'
const translated = 'docs/zh'
// A file for each page, so that two translations do not meet in one.
const records = 'docs/zh/translated'

/** The English pages that are to be translated, from docs: `server.md`. Decisions are notes for those who change the project. */
export function englishPages() {
  return pagesOf(folder).filter((page) => !/^(zh|decisions)\//.test(page))
}

/** The Chinese pages, from docs/zh. */
export function chinesePages() {
  return pagesOf(translated)
}

/** The English pages that have no translation. */
export function missing() {
  return englishPages().filter((page) => !chinesePages().includes(page))
}

/** What is wrong with a Chinese page, a sentence each. */
export function problemsOf(page) {
  if (!englishPages().includes(page)) return [`${translated}/${page} translates no page of ${folder}`]
  const [english, chinese] = [read(folder, page), read(translated, page)]
  const unlike = differences(english, chinese, (target) => turned(page, target))
  return [...unlike.map((problem) => `${translated}/${page}: ${problem}`), ...stale(page, hashesOf(english))]
}

/** A link of an English page as it has to be in the Chinese one. */
export function turned(page, target) {
  if (/^[a-z][a-z\d+.-]*:/i.test(target)) return target
  const [path = '', anchor] = target.split('#')
  const file = path === '' ? posix.join(folder, page) : posix.join(folder, posix.dirname(page), path)
  const other = posix.relative(folder, file)
  if (!existsSync(join(root, translated, other)) || !englishPages().includes(other))
    return fromChinese(page, file, anchor)
  return path === ''
    ? `#${inChinese(page, anchor)}`
    : fromChinese(page, posix.join(translated, other), inChinese(other, anchor))
}

function stale(page, current) {
  const record = recordOf(page)
  if (!existsSync(record))
    return [`${translated}/${page} has no record: run check-translations.mjs --write ${nameOf(page)}`]
  const changes = changesSince(JSON.parse(readFileSync(record, 'utf8')), current)
  if (changes.length === 0) return []
  return [
    `${translated}/${page} is older than ${folder}/${page}:\n${changes.map((change) => `    ${change}`).join('\n')}`,
  ]
}

/** The anchor of the Chinese heading that stands where the English one does, once there are as many of them. */
function inChinese(page, anchor) {
  if (anchor === undefined) return undefined
  const [chinese, english] = [translated, folder].map((place) => slugsOf(read(place, page)))
  return (chinese.length === english.length && chinese[english.indexOf(anchor)]) || anchor
}

function fromChinese(page, file, anchor) {
  const path = posix.relative(posix.join(translated, posix.dirname(page)), file)
  // A folder is linked with a slash at its end, which `relative` drops.
  return (file.endsWith('/') ? `${path}/` : path) + (anchor === undefined ? '' : `#${anchor}`)
}

/** Turns the links that are written as in the English page, or lead to an English page that has a translation by now. */
function turnLinks(page) {
  const targets = sectionsOf(read(folder, page)).flatMap(({ prose }) => linksOf(prose))
  const byTarget = new Map()
  for (const target of targets) {
    const [path = '', anchor] = target.split('#')
    const english = fromChinese(page, posix.join(folder, posix.dirname(page), path), anchor)
    byTarget.set(english, turned(page, target))
  }
  for (const target of targets) byTarget.set(target, turned(page, target))
  const text = read(translated, page)
  const result = withLinks(text, (target) => byTarget.get(target) ?? target)
  if (result !== text) writeFileSync(join(root, translated, page), result)
}

function record(page) {
  const text = read(folder, page)
  const unlike = differences(text, read(translated, page), (target) => turned(page, target))
  if (unlike.length > 0) return
  mkdirSync(dirname(recordOf(page)), { recursive: true })
  writeFileSync(recordOf(page), `${JSON.stringify(hashesOf(text), null, 2)}\n`)
}

function recordOf(page) {
  return join(root, records, `${nameOf(page)}.json`)
}

function nameOf(page) {
  return page.replace(/\.md$/, '')
}

function pagesOf(place) {
  if (!existsSync(join(root, place))) return []
  const names = readdirSync(join(root, place), { recursive: true, encoding: 'utf8' })
  return names
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.replaceAll('\\', '/'))
    .toSorted()
}

function read(place, page) {
  return readFileSync(join(root, place, page), 'utf8')
}

function main([flag, ...names]) {
  const pages = chinesePages().filter((page) => englishPages().includes(page))
  const named = names.map((name) => `${nameOf(name)}.md`)
  const unknown = named.filter((page) => !pages.includes(page))
  if (unknown.length > 0) throw new Error(`There is no ${translated}/${unknown[0]}. The pages are ${pages.join(', ')}.`)
  if (flag === '--write') {
    pages.forEach(turnLinks)
    const unrecorded = pages.filter((page) => !existsSync(recordOf(page)))
    for (const page of named.length > 0 ? named : unrecorded) record(page)
  }
  const problems = chinesePages().flatMap(problemsOf)
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
  else console.log(`${pages.length} Chinese pages agree with their English ones; ${missing().length} are missing.`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv.slice(2))
