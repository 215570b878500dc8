// Ids that nobody else makes.

/** A random id of 32 characters: of a chat, a message, or a message's delivery. */
export function newId(): string {
  const bytes = new Uint8Array(16)
  const { crypto }: { crypto?: Partial<Crypto> } = globalThis
  // React Native has no `crypto` of its own. These ids are no secrets: they only have to be different.
  if (crypto?.getRandomValues === undefined) bytes.forEach((_, index) => (bytes[index] = Math.random() * 256))
  else crypto.getRandomValues(bytes)
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
