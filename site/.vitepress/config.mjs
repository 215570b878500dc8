// The site: which files are its pages, how they are read, and what is around them. scripts/docs.mjs runs it.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'
import { findDeadLinks } from '../dead-links.mjs'
import { languages } from '../languages.mjs'
import { createLocales, searchLocales } from '../locales.mjs'
import { asOnGitHub, takeAnchors, toAnchor } from '../markdown.mjs'
import { findMislisted } from '../pages.mjs'
import { linkToRepository, repository } from '../repository.mjs'
import { toQuery, toSearched, toTerms } from '../search.mjs'

const pathOf = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
/** Where the site will be, with a `/` at its end; `undefined` if nobody has said so. */
const url = process.env.SITE_URL || undefined
const base = url === undefined ? '/' : new URL(url).pathname

/** What VitePress leaves out around some pages. Documents have no front matter: GitHub would show it as a table. */
const special = [
  [
    /^(zh\/)?index\.md$/,
    {
      lastUpdated: undefined,
      frontmatter: { editLink: false, pageClass: 'first-page', sidebar: false, aside: false, prev: false, next: false },
    },
  ],
  [/^(zh\/)?reference\//, { lastUpdated: undefined, frontmatter: { editLink: false, pageClass: 'reference' } }],
]

const mislisted = findMislisted()
if (mislisted.length > 0) throw new Error(mislisted.join('\n'))

export default defineConfig({
  title: 'Tidings',
  srcDir: pathOf('.'),
  // The documents, and what scripts/docs.mjs makes: the reference, in the place that it has in either language.
  srcExclude: ['*.md', '!(docs|site)/**', 'docs/decisions/**', 'site/!(output)/**', 'site/output/!(pages)/**'],
  rewrites: (page) => page.replace(/^(docs|site\/output\/pages)\//, ''),
  outDir: pathOf('site/output/site'),
  cacheDir: pathOf('site/output/cache'),
  base,
  sitemap: url === undefined ? undefined : { hostname: url },
  // What a document tells its reader to open on his own machine.
  ignoreDeadLinks: 'localhostLinks',
  lastUpdated: hasHistory(),
  head: [['link', { rel: 'icon', href: `${base}logo.svg`, type: 'image/svg+xml' }]],
  locales: createLocales(),
  themeConfig: {
    logo: '/logo.svg',
    socialLinks: repository && [{ icon: 'git', link: repository }],
    search: {
      provider: 'local',
      options: {
        locales: searchLocales,
        _render: toSearched,
        miniSearch: {
          options: { tokenize: toTerms },
          // The guides first: the reference has each name many times.
          searchOptions: { tokenize: toQuery, boostDocument: (id) => (/\/reference\//.test(id) ? 0.5 : 1) },
        },
      },
    },
  },
  markdown: {
    languages,
    languageAlias: { mjs: 'js' },
    theme: { light: 'github-light-default', dark: 'github-dark-default' },
    attrs: { disable: true },
    anchor: { slugify: toAnchor },
    headers: { slugify: toAnchor },
    config: (markdown) => markdown.use(takeAnchors).use(asOnGitHub).use(linkToRepository),
  },
  transformPageData: ({ relativePath }) => special.find(([pattern]) => pattern.test(relativePath))?.[1],
  buildEnd: ({ outDir }) => {
    // The cases of the protocol, which its page links to.
    if (existsSync(pathOf('docs/protocol'))) cpSync(pathOf('docs/protocol'), `${outDir}/protocol`, { recursive: true })
    const dead = findDeadLinks(outDir, base)
    if (dead.length > 0) throw new Error(`Dead links:\n${dead.join('\n')}`)
  },
  // In kB; the search's index is the largest file.
  vite: { publicDir: pathOf('site/public'), build: { chunkSizeWarningLimit: 4000 } },
})

/** Whether git knows when each page was changed: not in a package, nor in a clone of the last commit alone. */
function hasHistory() {
  const { stdout } = spawnSync('git', ['rev-parse', '--is-shallow-repository'], { cwd: pathOf('.'), encoding: 'utf8' })
  return stdout?.trim() === 'false'
}
