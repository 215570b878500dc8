// The pages of the site, in the order in which the sidebar names them. A page is a file below docs/, without `.md`, and is
// called as its first heading is. One that is there and not here, or here and not there, is an error.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../', import.meta.url))

/** The languages of docs/, by the folder of their pages. */
export const languages = { en: '', zh: 'zh/' }

const sections = [
  { en: 'Learn', zh: '入门', pages: ['learn'] },
  {
    en: 'Guides',
    zh: '指南',
    pages: ['guides', ...below('guides', 'chat progress notifications webhooks auth serving-the-page testing')],
  },
  {
    en: 'Inside a framework',
    zh: '在框架中使用',
    pages: [
      'frameworks',
      ...below(
        'guides/mounting',
        'express fastify hono h3 nest nextjs nuxt sveltekit astro react-router tanstack-start',
      ),
    ],
    isLong: true,
  },
  { en: 'Server', zh: '服务器', pages: ['server', 'streams', 'openapi'] },
  { en: 'Clients', zh: '客户端', pages: ['clients'] },
  { en: 'Channels and journals', zh: '频道与日志', pages: ['channels', 'presence', 'journals'] },
  { en: 'AI chat', zh: 'AI 对话', pages: ['ai', 'chat-client', 'chat-element', 'stores'] },
  { en: 'Tools', zh: '工具', pages: ['cli', 'inspector', 'doctor', 'scoreboard', 'testing', 'testing-streams'] },
  { en: 'Deploying and operating', zh: '部署与运维', pages: ['deploying', 'operating', 'observing'] },
  {
    en: 'Migration',
    zh: '迁移',
    pages: ['migration', ...below('migration', 'vafast fetch-event-source eventsource better-sse hono')],
    isLong: true,
  },
  { en: 'Protocol and errors', zh: '协议与错误', pages: ['protocol', 'errors'] },
]
/** Pages that the sidebar does not name. */
const unnamed = ['index']

/** What is wrong with the list: a line for each page. */
export function findMislisted(present = pagesOf('en')) {
  const listed = [...unnamed, ...sections.flatMap(({ pages }) => pages)]
  return [
    ...present.filter((page) => !listed.includes(page)).map((page) => `docs/${page}.md is not in site/pages.mjs.`),
    ...listed
      .filter((page) => !present.includes(page))
      .map((page) => `site/pages.mjs lists docs/${page}.md, which does not exist.`),
    ...listed
      .filter((page, index) => listed.indexOf(page) !== index)
      .map((page) => `site/pages.mjs lists docs/${page}.md twice.`),
    ...pagesOf('zh')
      .filter((page) => !present.includes(page))
      .map((page) => `docs/zh/${page}.md has no English page.`),
  ]
}

/** The sidebar of a language: of the pages that it has, and of the reference, which is in English. */
export function sidebarOf(language) {
  const present = pagesOf(language)
  const named = sections.map(({ pages, isLong = false, ...names }) => {
    const items = pages
      .filter((page) => present.includes(page))
      .map((page) => ({ text: titleOf(language, page), link: linkTo(language, page) }))
    // What opens a section is a button in VitePress's heading, which must be a link, not a button as well.
    return { text: names[language], items, ...(isLong && { collapsed: true, link: items[0]?.link }) }
  })
  return [...named.filter(({ items }) => items.length > 0), referenceIn(language)]
}

/** Whether a language has a page. */
export function has(language, page) {
  return existsSync(fileOf(language, page))
}

/** The address of a page on the site, from its base. */
export function linkTo(language, page) {
  return `/${languages[language]}${page}`
}

function referenceIn(language) {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const subpaths = Object.keys(exports).filter((subpath) => exports[subpath].endsWith('.js'))
  const items = subpaths.map((subpath) => ({
    text: subpath.replace('.', 'tidings'),
    link: linkTo(language, `reference/${subpath === '.' ? 'tidings' : subpath.slice(2)}`),
  }))
  const text = { en: 'Reference', zh: 'API 参考' }[language]
  return { text, link: linkTo(language, 'reference/'), collapsed: true, items }
}

function below(folder, names) {
  return names.split(' ').map((name) => `${folder}/${name}`)
}

/** The pages of a language in the order of their names, as paths in its folder. */
export function pagesOf(language) {
  const folder = join(root, 'docs', languages[language])
  if (!existsSync(folder)) return []
  const isElsewhere = (page) => page.startsWith('decisions/') || (language === 'en' && page.startsWith('zh/'))
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.slice(0, -'.md'.length).replaceAll('\\', '/'))
    .filter((page) => !isElsewhere(page))
    .toSorted()
}

/** The first heading of a page. */
export function titleOf(language, page) {
  const title = /^# +(.+)$/m.exec(readFileSync(fileOf(language, page), 'utf8'))?.[1]
  if (title === undefined) throw new Error(`${fileOf(language, page)} has no first heading.`)
  return title.replaceAll('`', '')
}

function fileOf(language, page) {
  return join(root, 'docs', languages[language], `${page}.md`)
}
