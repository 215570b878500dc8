// What the doctor says about an endpoint, and how a check says it.
import type { Examination } from './examination.ts'

/** How much a finding matters: `ok`, worth knowing, breaks some readers or networks, or is wrong for all. */
export type Level = 'ok' | 'note' | 'warning' | 'fault'

/** One thing that the doctor found. */
export interface Finding {
  /** The name of the check that found it. */
  readonly check: string
  /** Which of the check's findings it is: a stable name for scripts. */
  readonly code: string
  readonly level: Level
  /** What is the case, in one line. */
  readonly title: string
  /** Why it matters; empty if nothing is wrong. */
  readonly why: string
  /** What to do about it; empty if nothing is wrong. */
  readonly mend: string
  /** What was seen on the wire. Printable characters only, none of the request's headers. */
  readonly evidence: string
}

/** The part of a finding that is known before anything was measured. */
export type Verdict = Pick<Finding, 'level' | 'title' | 'why' | 'mend'>

/** One of a check's verdicts, and what was seen. */
export interface Observation<Code extends string = string> {
  readonly code: Code
  readonly evidence: string
}

type Observations<Code extends string> = readonly Observation<Code>[]

/** A check of one matter. `examine` gives at least one finding. */
export interface Check {
  readonly name: string
  /** Everything that the check can find, by code. */
  readonly verdicts: Readonly<Record<string, Verdict>>
  readonly examine: (examination: Examination) => Promise<readonly Finding[]>
}

/** Makes a check of its verdicts and of the function that looks. */
export function defineCheck<Code extends string>(check: {
  readonly name: string
  readonly verdicts: Readonly<Record<Code, Verdict>>
  readonly look: (examination: Examination) => Observations<Code> | Promise<Observations<Code>>
}): Check {
  const { name, verdicts, look } = check
  const examine = async (examination: Examination): Promise<readonly Finding[]> => {
    const observations = await look(examination)
    return observations.map(({ code, evidence }) => ({
      check: name,
      code,
      ...verdicts[code],
      evidence: printable(evidence),
    }))
  }
  return { name, verdicts, examine }
}

/** A verdict that all is well. */
export function ok(title: string): Verdict {
  return { level: 'ok', title, why: '', mend: '' }
}

const longestQuote = 80

/** Text of the server for evidence: in quotes, without control characters, cut to a line. */
export function quote(text: string): string {
  return JSON.stringify(text.length > longestQuote ? `${text.slice(0, longestQuote)}...` : text)
}

/** Text without control characters: what a server sends must not reach the terminal as an escape sequence. */
export function printable(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
