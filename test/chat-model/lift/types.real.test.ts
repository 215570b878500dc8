// What the types of the pinned clients say can come is known here: lifted, or ignored on purpose.
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { compile } from '../../../bench/types/measure.mjs'
import { describeWith } from '../../support/component/component.ts'
import * as known from './event-types.ts'

const clients = fileURLToPath(new URL('../../../chat-clients/node_modules', import.meta.url))

/** By the list that knows its members: a union of the client's types, as TypeScript. */
const unions: Readonly<Record<keyof typeof known, string>> = {
  responses: "import('openai/resources/responses/responses').ResponseStreamEvent['type']",
  responseItems: "import('openai/resources/responses/responses').ResponseOutputItem['type']",
  anthropic: "import('@anthropic-ai/sdk/resources/beta/messages').BetaRawMessageStreamEvent['type']",
  anthropicBlocks:
    "(import('@anthropic-ai/sdk/resources/messages').ContentBlock | import('@anthropic-ai/sdk/resources/beta/messages').BetaContentBlock)['type']",
  anthropicDeltas: "import('@anthropic-ai/sdk/resources/beta/messages').BetaRawContentBlockDelta['type']",
  uiChunks: "(import('ai').UIMessageChunk | import('ai-6').UIMessageChunk)['type']",
  streamParts:
    "(import('ai').TextStreamPart<import('ai').ToolSet> | import('ai-6').TextStreamPart<import('ai-6').ToolSet>)['type']",
  agUi: "`${import('@ag-ui/core').EventType}`",
  chatReasons: "NonNullable<import('openai/resources/chat/completions').ChatCompletionChunk.Choice['finish_reason']>",
  anthropicReasons: "import('@anthropic-ai/sdk/resources/messages').StopReason",
}

/** A program that compiles where a list and its union have the same members; else the compiler names what differs. */
function program(names: Readonly<Record<string, readonly string[]>>): string {
  const checks = Object.entries(unions).map(([list, union]) => {
    const members = (names[list] ?? []).map((name) => `\`${name}\``).join(' | ')
    return `type Known_${list} = ${members}
type Theirs_${list} = ${union}
export const new_${list}: Nothing<Exclude<Theirs_${list}, Known_${list}>> = true
export const gone_${list}: Nothing<Exclude<Known_${list}, Theirs_${list}>> = true
export const some_${list}: [Theirs_${list}] extends [never] ? 'no types' : 0 extends 1 & Theirs_${list} ? 'no types' : true = true`
  })
  return `type Nothing<Rest> = [Rest] extends [never] ? true : Rest\n${checks.join('\n')}\n`
}

async function check(names: Readonly<Record<string, readonly string[]>>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-event-types-'))
  try {
    symlinkSync(clients, join(folder, 'node_modules'), 'junction')
    const compilerOptions = {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: 'ES2023',
      module: 'NodeNext',
      lib: ['ES2023', 'DOM', 'DOM.AsyncIterable'],
      types: [],
    }
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
    writeFileSync(join(folder, 'program.ts'), program(names))
    return (await compile('TypeScript 7', folder)).output
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const all = Object.fromEntries(
  Object.entries(known).map(([list, { lifted, ignored }]) => [list, [...lifted, ...ignored]] as const),
)

describeWith('chat-clients', 'the types of the clients', () => {
  test('name no event, item, block, delta or reason that is not known here, and all that is', async () => {
    expect(await check(all)).toBe('')
  })

  test('would be seen to have a new one, and to have lost one', async () => {
    const less = { ...all, agUi: all['agUi']?.filter((name) => name !== 'CUSTOM') ?? [] }
    expect(await check(less)).toContain('CUSTOM')
    expect(await check({ ...all, responses: [...(all['responses'] ?? []), 'response.hologram'] })).toContain('hologram')
  })
})
