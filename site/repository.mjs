// Links from the documents to what is not on the site, such as ../examples: they lead to the repository, whose address
// publisher.json has. Without one, their text stays and is no link.
import { statSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readPublisher } from '../scripts/publisher.mjs'

const root = fileURLToPath(new URL('../', import.meta.url))

/** The address of the repository, for people; `undefined` if publisher.json has none. */
export const repository = toAddress(readPublisher().repository)

/** The address for people of a repository that npm has an address of. */
export function toAddress(address) {
  return address === '' ? undefined : address.replace(/^git\+/, '').replace(/\.git$/, '')
}

/** Where a repository shows a file or folder, given by its path from the root and maybe an anchor. */
export function shownAt(path, address) {
  const isFolder = statSync(join(root, path.replace(/#.*/, ''))).isDirectory()
  return `${address}/${isFolder ? 'tree' : 'blob'}/HEAD/${path}`
}

/** A plugin of markdown-it that turns these links. */
export function linkToRepository(markdown) {
  markdown.core.ruler.push('repository', ({ tokens, env }) => {
    for (const { children } of tokens) if (children) turnLinks(children, env.realPath ?? env.path)
  })
}

function turnLinks(tokens, file) {
  for (const [index, token] of tokens.entries()) {
    const path = token.type === 'link_open' ? pathOutside(token.attrGet('href'), file) : undefined
    if (path === undefined) continue
    if (repository === undefined)
      unlink(
        token,
        tokens.find(({ type }, at) => at > index && type === 'link_close'),
      )
    else token.attrSet('href', shownAt(path, repository))
  }
}

/** The path from the root, with its anchor, of what a link of a file leads to; `undefined` if the site has it, or another one. */
export function pathOutside(href, file) {
  if (/^([a-z][a-z\d+.-]*:|#|\/)/i.test(href)) return undefined
  const path = relative(root, join(dirname(file), decodeURI(href))).replaceAll(sep, '/')
  const isOnSite = /^(docs\/(?!decisions\/)|reference\/).*\.(md|json)(#|$)/.test(path)
  return isOnSite || path.startsWith('site/output/') ? undefined : path
}

/** Takes the link away from around its text. */
function unlink(open, close) {
  for (const token of [open, close]) Object.assign(token, { type: 'text_span', tag: 'span', attrs: null })
}
