// The secrets of reasoning that a provider wants back, in the metadata of its parts.
import type { ProviderMetadata } from '../../chat-model/index.ts'

/** A string that a provider has put into the metadata of a part. */
export function providerField(
  metadata: ProviderMetadata | undefined,
  provider: string,
  field: string,
): string | undefined {
  const value = metadata?.[provider]?.[field]
  return typeof value === 'string' ? value : undefined
}
