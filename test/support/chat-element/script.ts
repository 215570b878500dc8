// The script of a page with the element, bundled from the sources once for all tests of a file.
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const source = (path: string): string => fileURLToPath(new URL(`../../../src/${path}`, import.meta.url))

const entry = `
import { defineChatElement, TidingsChatElement } from ${JSON.stringify(source('chat-element/index.ts'))}
import { createChat } from ${JSON.stringify(source('chat/index.ts'))}
Object.assign(globalThis, { createChat, defineChatElement, TidingsChatElement })
`

const reactEntry = `
import { createElement, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { TidingsChat } from ${JSON.stringify(source('react-chat/index.ts'))}

const heard = []
const root = createRoot(document.querySelector('#root'))
const render = (heading) =>
  root.render(createElement(StrictMode, {}, createElement(TidingsChat, {
    url: '/chat',
    heading,
    labels: { send: 'Senden' },
    options: { retry: { attempts: 3 } },
    headers: () => ({ 'x-tenant': 'a' }),
    onSend: (text) => {
      if (text === 'Not this') return false
      heard.push('send ' + text)
    },
    onEnd: ({ outcome }) => heard.push('end ' + outcome),
  })))
render('Before')
Object.assign(globalThis, { heard, render, hide: () => root.unmount() })
`

/** Files of scripts by name; a page begins with `page.js`. */
export type PageScripts = ReadonlyMap<string, string>

let scripts: Promise<PageScripts> | undefined

/** The scripts of a page that has the element, and `createChat` as a global name. */
export function pageScripts(): Promise<PageScripts> {
  scripts ??= bundle(entry)
  return scripts
}

/** The scripts of a page that renders `<TidingsChat>`. */
export function reactScripts(): Promise<PageScripts> {
  return bundle(reactEntry)
}

async function bundle(contents: string): Promise<PageScripts> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: source('.'), sourcefile: 'page.js' },
    bundle: true,
    splitting: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
    outdir: '/',
    entryNames: 'page',
    alias: { '#extras': source('client/extras/lean.ts'), '#decode': source('sse/decode.ts') },
  })
  return new Map(outputFiles.map(({ path, text }) => [path.split('/').at(-1) ?? '', text]))
}
