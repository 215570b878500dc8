// Makes the site of docs/ and the API reference: `npm run docs`, into site/output/site. `-- --dev` serves it instead, and shows
// changes at once; `-- --url=https://example.com/tidings/` says where it will be.
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { has, languages, linkTo, pagesOf, titleOf } from '../site/pages.mjs'
import { install, root, run, setup } from './setup.mjs'

const options = { dev: { type: 'boolean', default: false }, url: { type: 'string' } }
const { dev, url } = parseArgs({ options }).values
if (url !== undefined && !/^https?:\/\/.*\/$/.test(url))
  throw new Error(
    `--url is ${JSON.stringify(url)}; it takes an address with a slash at its end: https://example.com/tidings/`,
  )
const pages = join(root, 'site', 'output', 'pages')

setup()
install('reference')
install('site', ['--no-bin-links', '--ignore-scripts'])
run(process.execPath, [join('reference', 'build.mjs')])
placeReference()
placeNotes()
const vitepress = [join('site', 'node_modules', 'vitepress', 'bin', 'vitepress.js')]
const command = dev ? ['dev', 'site', '--host', '127.0.0.1'] : ['build', 'site']
run(process.execPath, [...vitepress, ...command], { env: { ...process.env, SITE_URL: url ?? '' } })

/** Lays the reference where the site looks for it: once for each language, so that its reader keeps his menus and search. */
function placeReference() {
  rmSync(pages, { recursive: true, force: true })
  for (const folder of Object.values(languages))
    cpSync(join(root, 'reference', 'output'), join(pages, folder, 'reference'), { recursive: true })
}

/** Puts a note in the place of each page that is not translated, for whoever changes the language there. */
function placeNotes() {
  for (const page of pagesOf('en').filter((page) => !has('zh', page))) {
    const file = join(pages, languages.zh, `${page}.md`)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(
      file,
      `---\nsearch: false\neditLink: false\n---\n\n# ${titleOf('en', page)}\n\n这一页还没有中文版。[阅读英文版](${linkTo('en', page)})\n`,
    )
  }
}
