// The parts of a message of AI SDK UI, as its requests bring them.
import type { ChatPart, ToolPart } from '../../chat-model/index.ts'
import { optional, own, readBoolean, readFields, readId, readText, readWord, refusal, type Fields } from './field.ts'

const toolStates = [
  'input-streaming',
  'input-available',
  'approval-requested',
  'approval-responded',
  'output-available',
  'output-error',
  'output-denied',
] as const

/** A part, with all of its further fields (`providerMetadata` and the like, which providers want back). */
export function readUiPart(part: Fields, path: string): ChatPart {
  const type = readText(own(part, 'type'), `${path}.type`)
  if (type === 'dynamic-tool') return readTool(part, readName(own(part, 'toolName'), `${path}.toolName`), path)
  if (type.startsWith('tool-')) return readTool(part, readName(type.slice('tool-'.length), `${path}.type`), path)
  if (type.startsWith('data-') && type.length > 'data-'.length) {
    optional(own(part, 'id'), `${path}.id`, readId)
    return { ...part, type, data: own(part, 'data') ?? null } as ChatPart
  }
  if (type === 'custom') return customPart(part, path)
  const check = checks[type]
  if (check === undefined)
    throw refusal(`${path}.type`, `is ${JSON.stringify(type.slice(0, 64))}, which is not the type of a part`)
  check(part, path)
  // The fields of this type were checked. `reasoning-file` is a file for whoever reads the conversation.
  return { ...part, type: type === 'reasoning-file' ? 'file' : type } as ChatPart
}

const checks: { readonly [type: string]: ((part: Fields, path: string) => void) | undefined } = Object.assign(
  Object.create(null),
  {
    text: checkText,
    reasoning: checkText,
    file: checkFile,
    'reasoning-file': checkFile,
    'source-url': (part: Fields, path: string) => checkTexts(part, ['sourceId', 'url'], path),
    'source-document': (part: Fields, path: string) => checkTexts(part, ['sourceId', 'mediaType', 'title'], path),
    'step-start': () => {},
  },
)

function checkText(part: Fields, path: string): void {
  readText(own(part, 'text'), `${path}.text`)
  optional(own(part, 'state'), `${path}.state`, (state, at) => readWord(state, ['streaming', 'done'], at))
}

function checkFile(part: Fields, path: string): void {
  checkTexts(part, ['url', 'mediaType'], path)
  optional(own(part, 'filename'), `${path}.filename`, readText)
}

function checkTexts(part: Fields, names: readonly string[], path: string): void {
  for (const name of names) readText(own(part, name), `${path}.${name}`)
}

/** A part that an application has defined, which `ai` 7 calls custom: it is data here. */
function customPart(part: Fields, path: string): ChatPart {
  const kind = readName(own(part, 'kind'), `${path}.kind`)
  return { type: `data-${kind}`, data: part }
}

function readName(value: unknown, path: string): string {
  return readId(value, path)
}

/** A tool call in any of its states; static parts (`tool-NAME`) become dynamic ones. */
function readTool(part: Fields, toolName: string, path: string): ToolPart {
  const toolCallId = readId(own(part, 'toolCallId'), `${path}.toolCallId`)
  const state = readWord(own(part, 'state'), toolStates, `${path}.state`)
  checkState(part, state, path)
  const input = own(part, 'input') ?? own(part, 'rawInput')
  const output = state === 'output-available' ? { output: own(part, 'output') ?? null } : {}
  // What its state needs was checked.
  return { ...part, type: 'dynamic-tool', toolName, toolCallId, state, input, ...output } as ToolPart
}

function checkState(part: Fields, state: (typeof toolStates)[number], path: string): void {
  if (state === 'output-error') readText(own(part, 'errorText'), `${path}.errorText`)
  const needsApproval = state === 'approval-requested' || state === 'approval-responded' || state === 'output-denied'
  const approval = needsApproval
    ? readFields(own(part, 'approval'), `${path}.approval`)
    : optional(own(part, 'approval'), `${path}.approval`, readFields)
  if (approval === undefined) return
  readId(own(approval, 'id'), `${path}.approval.id`)
  optional(own(approval, 'reason'), `${path}.approval.reason`, readText)
  if (state === 'approval-responded') readBoolean(own(approval, 'approved'), `${path}.approval.approved`)
  if (state === 'output-denied' && own(approval, 'approved') !== false) {
    throw refusal(`${path}.approval.approved`, 'must be false')
  }
}
