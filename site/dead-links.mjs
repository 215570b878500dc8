// Links of the built site that lead nowhere. VitePress looks for pages alone; here anchors must be there too, and what the menus
// link to. Other hosts are not asked.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A line for each link from a page of the folder to a file that is not in it, or to an anchor that its page does not have. */
export function findDeadLinks(folder, base = '/') {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'))
  const pages = new Map(names.map((name) => [`${base}${name.replaceAll('\\', '/')}`, readPage(join(folder, name))]))
  const isThere = (path) =>
    pages.has(path) || (path.startsWith(base) && existsSync(join(folder, path.slice(base.length))))
  return [...pages].flatMap(([page, { links }]) =>
    links
      .filter((link) => !leadsSomewhere(new URL(link, `site://host${page}`)))
      .map((link) => `${page.slice(base.length)}: ${link} leads nowhere.`),
  )

  function leadsSomewhere({ protocol, pathname, hash }) {
    if (protocol !== 'site:') return true
    const path = decodeURIComponent(pathname).replace(/\/$/, '/index.html')
    const anchor = decodeURIComponent(hash.slice(1))
    return isThere(path) && (anchor === '' || pages.get(path)?.anchors.has(anchor) === true)
  }
}

function readPage(file) {
  const html = readFileSync(file, 'utf8')
  const attributes = (pattern) => Array.from(html.matchAll(pattern), ([, value]) => value.replaceAll('&amp;', '&'))
  return { links: attributes(/<a\b[^>]*?\shref="([^"]*)"/g), anchors: new Set(attributes(/\sid="([^"]*)"/g)) }
}
