// Serves the page: its files, the library's modules that it uses, and the server's code that it shows.
import { readFile } from 'node:fs/promises'
import { defineRoute, err } from 'tidings'

const page = new URL('../page/', import.meta.url)
const routes = new URL('./', import.meta.url)
const library = new URL('../', import.meta.resolve('tidings/sse'))

const types = { html: 'text/html', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml' }
const shown = { hash: 'hash.mjs', chat: 'chat.mjs', notes: 'notes.mjs' }

export const pageRoutes = [
  defineRoute({ method: 'GET', path: '/', handler: () => send(new URL('index.html', page)) }),
  defineRoute({ method: 'GET', path: '/page/:file', handler: ({ params }) => send(fileIn(page, params.file)) }),
  defineRoute({
    method: 'GET',
    path: '/tidings/**:path',
    handler: ({ params }) => send(new URL(params.path.split('/').map(nameOf).join('/'), library)),
  }),
  defineRoute({ method: 'GET', path: '/sources', handler: readSources }),
]

async function readSources() {
  const entries = Object.entries(shown).map(async ([name, file]) => {
    const text = await readFile(new URL(file, routes), 'utf8')
    return [name, { file: `examples/demo/routes/${file}`, code: cutOut(text) }]
  })
  return Object.fromEntries(await Promise.all(entries))
}

/** The lines between the `#region` markers, without their common indentation. */
function cutOut(text) {
  const lines = text.split(/\r?\n/)
  const start = lines.findIndex((line) => line.trim() === '// #region shown')
  const end = lines.findIndex((line) => line.trim() === '// #endregion')
  const indentation = lines[start].search(/\S/)
  return lines
    .slice(start + 1, end)
    .map((line) => line.slice(indentation))
    .join('\n')
}

function fileIn(folder, file) {
  return new URL(nameOf(file), folder)
}

/** Refuses anything but a plain file name, so that no path leads out of the folder. */
function nameOf(name) {
  if (!/^[a-z-]+(\.[a-z]+)?$/.test(name)) throw err.notFound()
  return name
}

async function send(url) {
  const type = types[url.pathname.split('.').at(-1)]
  // A file that does not exist is answered 404.
  const content = type && (await readFile(url).catch(() => undefined))
  if (content === undefined) throw err.notFound()
  return new Response(content, { headers: { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-cache' } })
}
