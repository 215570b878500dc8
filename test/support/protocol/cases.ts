// The language-neutral cases of the protocol: docs/protocol/*.json.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The files of cases, without their ending. */
export const caseFiles = ['parsing', 'encoding', 'reading', 'answering'] as const

/** The folder of the cases. */
export const caseFolder = fileURLToPath(new URL('../../../docs/protocol/', import.meta.url))

/** The cases of one file, by group. What they are made of is the schema's to say, which a test of its own holds them to. */
export function readCases<Case>(file: (typeof caseFiles)[number]): Readonly<Record<string, readonly Case[]>> {
  const { groups }: { readonly groups: Readonly<Record<string, readonly Case[]>> } = JSON.parse(
    readFileSync(`${caseFolder}${file}.json`, 'utf8'),
  )
  return groups
}
