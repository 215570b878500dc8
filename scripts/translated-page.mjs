// A page of the documentation and its Chinese translation, laid side by side section by section. Text only, no files.
import { createHash } from 'node:crypto'

const fence = /^(?<indent> *)(?<fence>`{3,})[^\n]*\n[\s\S]*?^\k<indent>\k<fence>$/gm
// A code span may go on in the next line, but not in the next paragraph.
const codeSpan = /(?<!`)(?<ticks>`+)(?!`)(?<code>(?:(?!\n\n)[\s\S])*?[^`])\k<ticks>(?!`)/g
const linkTarget = /(?<=\]\()[^)\s]+/g
const chinese = /\p{Script=Han}/u
const fullWidth = '[\\p{Script=Han}，。、：；？！（）“”]'

/**
 * @typedef {object} Section from one heading to the next
 * @property {string} heading the line of the heading, `## Guards`; empty for what stands before the first
 * @property {string} slug the heading's anchor
 * @property {string} prose everything but the code blocks
 */

/** The code blocks of a page, in order. */
export function fencesOf(text) {
  return text.match(fence) ?? []
}

/** @returns {readonly Section[]} */
export function sectionsOf(text) {
  const parts = text.replace(fence, '').split(/^(?=#{1,6} )/m)
  return parts.filter((part) => part.trim() !== '').map(toSection)
}

/** The anchors of a page's headings, in order: lower case, hyphens for blanks, no punctuation. */
export function slugsOf(text) {
  return sectionsOf(text)
    .filter(({ heading }) => heading !== '')
    .map(({ slug }) => slug)
}

/** The targets of the links and images in a piece of prose, in order; none in code. */
export function linksOf(prose) {
  return prose.replace(codeSpan, '``').match(linkTarget) ?? []
}

/** The text with another target for each link; what is code stays. */
export function withLinks(text, turn) {
  const code = new RegExp(`${fence.source}|${codeSpan.source}`, 'gm')
  let turned = ''
  let end = 0
  for (const found of text.matchAll(code)) {
    turned += text.slice(end, found.index).replace(linkTarget, turn) + found[0]
    end = found.index + found[0].length
  }
  return turned + text.slice(end).replace(linkTarget, turn)
}

/** A hash of each section's words by its heading; a new line or a wider table is no other text. */
export function hashesOf(text) {
  const hashes = {}
  for (const { heading, prose } of sectionsOf(text)) {
    const words = prose.replace(/-{3,}/g, '---').replace(/\s+/g, ' ').trim()
    const repeated = Object.keys(hashes).filter((key) => key.replace(/ \(\d+\)$/, '') === heading).length
    const key = repeated === 0 ? heading : `${heading} (${repeated + 1})`
    hashes[key] = createHash('sha256').update(words).digest('hex').slice(0, 12)
  }
  return hashes
}

/** What has become of the sections since they were recorded: `~` changed, `+` new, `-` gone. */
export function changesSince(recorded, current) {
  const now = Object.keys(current)
  return [
    ...now.filter((key) => recorded[key] === undefined).map((key) => `+ ${key}`),
    ...now.filter((key) => ![undefined, current[key]].includes(recorded[key])).map((key) => `~ ${key}`),
    ...Object.keys(recorded)
      .filter((key) => current[key] === undefined)
      .map((key) => `- ${key}`),
  ]
}

/**
 * Where a translation differs from its page in what has to be the same: code blocks, headings, tables, images, links, and the
 * names in code; and where it is not Chinese.
 *
 * @param {(target: string) => string} turn what becomes of a link of the English page
 * @returns {readonly string[]} a sentence for each difference
 */
export function differences(english, translation, turn) {
  const [ours, theirs] = [sectionsOf(english), sectionsOf(translation)]
  const problems = [...fenceProblems(fencesOf(english), fencesOf(translation)), ...wordProblems(translation)]
  const levels = [ours, theirs].map((sections) => sections.map(({ heading }) => levelOf(heading)))
  if (levels[0].join() !== levels[1].join()) return [...problems, headingProblem(ours, theirs)]
  for (const [index, section] of theirs.entries())
    problems.push(...sectionProblems(ours[index], section, turn).map((problem) => `"${section.heading}": ${problem}`))
  return problems
}

function toSection(part) {
  const heading = /^#{1,6} .*/.exec(part)?.[0].trim() ?? ''
  const slug = heading
    .replace(/^#+ +/, '')
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}\s_-]/gu, '')
    .replaceAll(' ', '-')
  return { heading, slug, prose: part }
}

function levelOf(heading) {
  return heading.indexOf(' ') // -1 for what has no heading
}

function fenceProblems(ours, theirs) {
  if (ours.length !== theirs.length) return [`has ${theirs.length} code blocks, the page ${ours.length}`]
  return ours.flatMap((code, index) => (code === theirs[index] ? [] : [`code block ${index + 1} is another`]))
}

function headingProblem(ours, theirs) {
  const index = ours.findIndex(({ heading }, at) => levelOf(heading) !== levelOf(theirs[at]?.heading ?? ''))
  const [wanted, found] = [ours, theirs].map((sections) => sections.at(index === -1 ? ours.length : index)?.heading)
  return `the headings part ways at "${found ?? 'the end'}", where the page has "${wanted ?? 'its end'}"`
}

function sectionProblems(ours, theirs, turn) {
  return [
    ...unlikeNumber('table rows', ours.prose, theirs.prose, /^ *\|/gm),
    ...unlikeNumber('images', ours.prose, theirs.prose, /!\[|<img\b/g),
    ...unlike('link', linksOf(ours.prose).map(turn), linksOf(theirs.prose)),
    ...unlike('code', namesOf(ours.prose), namesOf(theirs.prose)),
  ]
}

function unlikeNumber(what, ours, theirs, pattern) {
  const [wanted, found] = [ours, theirs].map((prose) => prose.match(pattern)?.length ?? 0)
  return wanted === found ? [] : [`has ${found} ${what}, the page ${wanted}`]
}

function namesOf(prose) {
  return [...new Set([...prose.matchAll(codeSpan)].map(({ groups }) => groups.code.replace(/\s+/g, ' ')))]
}

/** The two lists compared without their order. */
function unlike(kind, wanted, found) {
  const missing = [...wanted]
  const added = found.filter((item) => {
    const at = missing.indexOf(item)
    if (at !== -1) missing.splice(at, 1)
    return at === -1
  })
  return [
    ...missing.map((item) => `lacks the ${kind} ${item}`),
    ...added.map((item) => `has a ${kind} ${item} too many`),
  ]
}

/** Sentences that are still English, and line breaks that a browser would show as a blank between two characters. */
function wordProblems(translation) {
  const prose = translation.replace(fence, '').replace(codeSpan, '``')
  const broken = prose.match(new RegExp(`^.*${fullWidth}\\n *(?=${fullWidth})`, 'gmu')) ?? []
  const cells = prose
    .replace(/\]\([^)]*\)|<[^>\n]+>/g, ']')
    .split(/\n|\|/)
    .filter(isEnglish)
  return [
    ...cells.map((cell) => `is not translated: "${cell.trim()}"`),
    ...broken.map((line) => `breaks a line between Chinese characters: "${line.trim()}"`),
    ...prose.split('\n').flatMap(asterisksIn),
  ]
}

// CommonMark 6.2: what begins with punctuation opens behind a blank or punctuation alone, what ends with it closes before them alone.
function asterisksIn(line) {
  const marks = [...line.matchAll(/(?<before>.?)\*\*(?=(?<after>.?))/gu)].map(({ groups }) => groups)
  const isShown = marks.some(({ before, after }, index) => {
    const [inner, outer] = index % 2 === 0 ? [after, before] : [before, after]
    return /\p{P}|`/u.test(inner) && !/^$|\s|\p{P}|`/u.test(outer)
  })
  return isShown ? [`shows ** in place of bold text, which needs a blank: "${line.trim()}"`] : []
}

/** Whether it is a sentence and not a list of names: these have no words in lower case. */
function isEnglish(text) {
  if (/\b[a-z'’-]+(?:,? [a-z'’-]+){3}/.test(text)) return true
  return !chinese.test(text) && /\b[a-z'’-]{2,},? [A-Za-z]|[A-Za-z],? [a-z'’-]{2,}/.test(text)
}
