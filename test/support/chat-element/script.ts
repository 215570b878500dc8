// The script of a page with the element, bundled from the sources once for all tests of a file.
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const source = (path: string): string => fileURLToPath(new URL(`../../../src/${path}`, import.meta.url))

const entry = `
import { defineChatElement, TidingsChatElement } from ${JSON.stringify(source('chat-element/index.ts'))}
import { createChat } from ${JSON.stringify(source('chat/index.ts'))}
Object.assign(globalThis, { createChat, defineChatElement, TidingsChatElement })
`

/** Files of scripts by name; a page begins with `page.js`. */
export type PageScripts = ReadonlyMap<string, string>

let scripts: Promise<PageScripts> | undefined

/** The scripts of a page that has the element, and `createChat` as a global name. */
export function pageScripts(): Promise<PageScripts> {
  scripts ??= bundle(entry)
  return scripts
}

async function bundle(contents: string): Promise<PageScripts> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: source('.'), sourcefile: 'page.js' },
    bundle: true,
    splitting: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    logLevel: 'error',
    outdir: '/',
    entryNames: 'page',
    alias: { '#extras': source('client/extras/lean.ts'), '#decode': source('sse/decode.ts') },
  })
  return new Map(outputFiles.map(({ path, text }) => [path.split('/').at(-1) ?? '', text]))
}
