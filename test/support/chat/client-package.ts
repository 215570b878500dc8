// Loads the clients of chats from chat-clients/, where they are installed apart from what the package itself needs.
import { createRequire } from 'node:module'

// Required and not imported: so it is Node that resolves the names, from that folder, by the conditions of `import`.
const { load } = createRequire(import.meta.url)('../../../chat-clients/load.cjs')

/** The module of a client, by the name under which a program imports it. Its types are not installed where ours are checked. */
// oxlint-disable-next-line typescript/no-explicit-any -- a package whose types are elsewhere
export async function clientPackage(name: string): Promise<any> {
  return load(name)
}
