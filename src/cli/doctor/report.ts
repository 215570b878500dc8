// Findings as text for people, with colours if asked for, and as JSON for programs.
import { escapeControls, toVisibleJson } from '../terminal/visible.ts'
import type { Finding, Level } from './finding.ts'

/** How findings are written. */
export interface FormatOptions {
  /** Whether to colour. Default false. */
  readonly colors?: boolean | undefined
  /** The width to wrap at, in columns; at least 40. Default 80. */
  readonly columns?: number | undefined
  /** Whether to show what was seen for findings that are `ok`, too. Default true. */
  readonly verbose?: boolean | undefined
}

const levels: readonly Level[] = ['ok', 'note', 'warning', 'fault']
const colorOf: Readonly<Record<Level, number>> = { ok: 32, note: 36, warning: 33, fault: 31 }
const nameWidth = 9
const bodyIndent = 10

/** One finding as lines of text, with a line break at its end. */
export function formatFinding(finding: Finding, options: FormatOptions = {}): string {
  const { colors = false, verbose = true } = options
  const width = Math.max(40, options.columns ?? 80) - bodyIndent
  const { level, check } = finding
  // What a server says may be in each of them.
  const { title, why, mend, evidence } = visibleTexts(finding)
  const name = paint(level.padEnd(nameWidth), colorOf[level], colors)
  const [head = '', ...more] = wrap(`${check}: ${title}`, width)
  const lines = [`${name} ${paint(head, 1, colors && level !== 'ok')}`, ...more.map(indented)]
  if (evidence !== '' && (verbose || level !== 'ok')) lines.push(...section('seen', evidence, width, colors))
  if (why !== '') lines.push(...section('why', why, width, colors))
  if (mend !== '') lines.push(...section('mend', mend, width, colors))
  return `${lines.join('\n')}\n`
}

function visibleTexts({ title, why, mend, evidence }: Finding): Pick<Finding, 'title' | 'why' | 'mend' | 'evidence'> {
  return { title: shown(title), why: shown(why), mend: shown(mend), evidence: shown(evidence) }
}

function shown(text: string): string {
  return escapeControls(text, true)
}

/** The last line of a report: how many findings of each level there are. */
export function formatSummary(findings: readonly Finding[], { colors = false }: FormatOptions = {}): string {
  const counted = levels.toReversed().map((level) => {
    const count = findings.filter((finding) => finding.level === level).length
    const text = `${count} ${level === 'ok' || count === 1 ? level : `${level}s`}`
    return count === 0 ? text : paint(text, colorOf[level], colors)
  })
  return `${counted.join(', ')}\n`
}

/** One finding as a line of JSON. */
export function toJsonLine(finding: Finding): string {
  return toVisibleJson(JSON.stringify(finding))
}

/** The worst level that was found; `ok` for none. For the exit code of a command. */
export function worstLevel(findings: readonly Finding[]): Level {
  const worst = findings.reduce((worst, { level }) => Math.max(worst, levels.indexOf(level)), 0)
  return levels[worst] ?? 'ok'
}

function section(name: string, text: string, width: number, colors: boolean): string[] {
  const label = name.padEnd(5)
  return wrap(text, width - label.length).map((line, index) =>
    indented(index === 0 ? `${paint(label, 2, colors)}${line}` : `${' '.repeat(label.length)}${line}`),
  )
}

function indented(line: string): string {
  return `${' '.repeat(bodyIndent)}${line}`
}

/** Splits between words; a word that is longer than a line stays whole, so that it can be copied. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

function paint(text: string, code: number, colors: boolean): string {
  return colors ? `\u001b[${code}m${text}\u001b[0m` : text
}
