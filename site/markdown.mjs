// Documents are written for GitHub: what they show there, they show on the site.

/** The anchor of a heading. */
export function toAnchor(heading) {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Mark}\p{Number}\s_-]/gu, '')
    .replaceAll(' ', '-')
}

/** A plugin of markdown-it: no `:names:` of pictures, and `{{` is text, not what Vue computes. */
export function asOnGitHub(markdown) {
  markdown.disable('emoji', true)
  const { text } = markdown.renderer.rules
  markdown.renderer.rules.text = (...all) => text(...all).replaceAll('{{', '&#123;&#123;')
}

/**
 * A plugin of markdown-it: a heading behind `<a id="..."></a>` has that anchor itself. The reference is written so. What has none
 * there gets one that no name has, by its place on the page.
 */
export function takeAnchors(markdown) {
  markdown.core.ruler.before('anchor', 'taken-anchor', ({ tokens }) => {
    if (!tokens.some(isAnchor)) return
    for (const [index, token] of tokens.entries()) {
      if (token.type !== 'heading_open') continue
      const id = isAnchor(tokens[index - 2]) ? anchor.exec(tokens[index - 2].content)[1] : undefined
      token.attrSet('id', id ?? `${toAnchor(tokens[index + 1].content)}_${index}`)
    }
    for (const [index, token] of tokens.entries()) if (isAnchor(token)) hide(tokens.slice(index - 1, index + 2))
  })
}

const anchor = /^<a id="([^"]*)"><\/a>$/

function isAnchor(token) {
  return token?.type === 'inline' && anchor.test(token.content)
}

function hide(paragraph) {
  for (const token of paragraph) Object.assign(token, { hidden: true, children: [] })
}
