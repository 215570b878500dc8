// The parts of a message that say something.
import type { ChatPart } from '../../../src/chat-model/index.ts'

/** The parts but the marks where steps begin, of which every message has one. */
export function withoutSteps(parts: readonly ChatPart[] = []): readonly ChatPart[] {
  return parts.filter(({ type }) => type !== 'step-start')
}
