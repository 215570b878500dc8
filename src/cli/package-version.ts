// The version of the package that the program is part of.
import { readFile } from 'node:fs/promises'

/** The package's version, such as `1.2.3`. */
export async function readVersion(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'))
  return String(Object(manifest).version)
}
