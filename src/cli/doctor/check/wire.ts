// What is written on the wire: bytes, lines and blocks that clients read in different ways, or not at all.
import { defineCheck, ok, quote, type Check, type Observation } from '../finding.ts'
import { blocksOf, lineEndsOf, type Block } from '../wire/block.ts'
import { bytesOf, type Exchange } from '../wire/exchange.ts'
import { wireVerdicts, type WireCode } from './wire-verdicts.ts'

type Found = Observation<WireCode>

/** Looks at the bytes of the stream. */
export const wireCheck: Check = defineCheck<WireCode | 'ok'>({
  name: 'wire',
  verdicts: { ...wireVerdicts, ok: ok('The bytes are those of an event stream, plainly written') },
  look: ({ plain }) => {
    const found = [...judgeBytes(plain), ...judgeBlocks(plain)]
    if (found.length > 0) return found
    return [{ code: 'ok', evidence: `${bytesOf(plain).byteLength} bytes, ${plain.events.length} events` }]
  },
})

function judgeBytes(plain: Exchange): readonly Found[] {
  const bytes = bytesOf(plain)
  const found: Found[] = []
  if (plain.hasTooLargeEvent) found.push({ code: 'too-large', evidence: `after ${bytes.byteLength} bytes` })
  if (plain.end === 'cut') found.push({ code: 'cut', evidence: `after ${bytes.byteLength} bytes` })
  const bom = byteOrderMarks(bytes)
  if (bom > 0)
    found.push({ code: bom === 1 ? 'byte-order-mark' : 'byte-order-marks', evidence: `${bom} at the beginning` })
  const broken = brokenAt(bytes)
  if (broken !== undefined) found.push({ code: 'utf-8', evidence: broken })
  const { lf, crlf, cr } = lineEndsOf(bytes.toString('utf8'))
  if (cr > 0) found.push({ code: 'carriage-return', evidence: `${cr} lines end with CR, ${lf} with LF` })
  else if (crlf > 0) found.push({ code: 'crlf', evidence: `${crlf} lines end with CRLF, ${lf} with LF` })
  return found
}

function byteOrderMarks(bytes: Buffer): number {
  let count = 0
  while (bytes.subarray(count * 3, count * 3 + 3).equals(byteOrderMark)) count += 1
  return count
}

const byteOrderMark = Buffer.from('\uFEFF')

/** The first line that is not UTF-8. The last one may have been cut by the doctor itself. */
function brokenAt(bytes: Buffer): string | undefined {
  const whole = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1)
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(whole)
    return undefined
  } catch {
    const text = whole.toString('utf8')
    const line = text.split('\n').find((line) => line.includes('\uFFFD')) ?? ''
    return quote(line)
  }
}

/** Each verdict once, with how often and where it was first. */
function judgeBlocks(plain: Exchange): readonly Found[] {
  const first = new Map<WireCode, { evidence: string; count: number }>()
  const text = bytesOf(plain)
    .toString('utf8')
    .replace(/^\uFEFF+/, '')
  for (const block of blocksOf(text)) {
    // What the doctor left in its middle is no fault of the server.
    if (!block.isClosed && plain.end !== 'complete') continue
    for (const [code, what] of judgeBlock(block)) {
      const known = first.get(code)
      if (known === undefined) first.set(code, { evidence: `line ${block.line}: ${quote(what)}`, count: 1 })
      else known.count += 1
    }
  }
  return [...first].map(([code, { evidence, count }]) => ({
    code,
    evidence: count === 1 ? evidence : `${evidence}, and ${count - 1} more`,
  }))
}

type Judged = readonly (readonly [WireCode, string])[]

function judgeBlock({ fields, isClosed }: Block): Judged {
  const shown = fields.map(({ name, value }) => `${name}: ${value}`).join('\n')
  const dataLines = fields.filter(({ name }) => name === 'data').map(({ value }) => value)
  const names = new Set(fields.map(({ name }) => name))
  if (!isClosed && dataLines.length > 0) return [['unfinished', shown]]
  const judged: (readonly [WireCode, string])[] = []
  const unknown = fields.find(({ name }) => !['', 'data', 'event', 'id', 'retry'].includes(name))
  if (unknown !== undefined) judged.push(['unknown-field', `${unknown.name}: ${unknown.value}`])
  const id = fields.find(({ name, value }) => name === 'id' && value.includes('\0'))
  if (id !== undefined) judged.push(['id-with-nul', id.value])
  if (names.has('event') && dataLines.length === 0) judged.push(['no-data', shown])
  return [...judged, ...judgeData(dataLines)]
}

function judgeData(lines: readonly string[]): Judged {
  const data = lines.join('\n')
  if (lines.length > 0 && data.trim() === '') return [['empty-data', `data: ${data}`]]
  if (/^(?:\[object \w+\]|undefined|NaN)$/.test(data)) return [['not-serialised', data]]
  return lines.length > 1 && isJsonObject(data) ? [['json-over-lines', data]] : []
}

function isJsonObject(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
