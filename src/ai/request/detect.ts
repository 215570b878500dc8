// TEMPORARY
import type { ProtocolName } from '../../chat-model/index.ts'
import type { Strings } from '../../server/index.ts'

export function detectProtocol({ query, protocols }: { query: Strings; headers: Strings; body: unknown; protocols: readonly ProtocolName[] }): ProtocolName {
  return protocols.find((name) => name === query['protocol']) ?? protocols[0] ?? 'ui-message'
}
