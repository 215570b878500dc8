// HTML as nodes that can do nothing: DOMPurify, with a short list of what may be there at all.
import type { PurifierFactory } from './libraries.ts'

/** Makes nodes of HTML from anywhere. */
export type Sanitizer = (html: string) => DocumentFragment

/**
 * Which images are shown. An address that a model writes can carry what it has read to whoever it names, so `'link'` shows an
 * image as a link, and asks for nothing until somebody clicks; `'show'` shows all that come by https; a function says it of each.
 * Images that are in the text itself (`data:`) are always shown.
 */
export type ImagePolicy = 'link' | 'show' | ((url: URL) => boolean)

const tags = (
  'a abbr b bdi bdo blockquote br caption cite code dd del details dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ' +
  'ol p pre q rp rt ruby s samp small span strong sub summary sup table tbody td tfoot th thead tr u ul var wbr'
).split(' ')
const known = new RegExp(`^</?(?:${tags.join('|')})(?=[\\s/>]|$)|^<!--`, 'i')
const imageData = /^data:image\/(?:png|gif|jpeg|webp|avif);base64,[a-z\d+/=\s]*$/i

// No class, id, name, style, data-* or aria-*: nothing that could look or answer like a part of the page.
const config = {
  ALLOWED_TAGS: tags,
  ALLOWED_ATTR: ['href', 'title', 'alt', 'src', 'colspan', 'rowspan', 'start', 'dir', 'lang', 'open'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOWED_NAMESPACES: ['http://www.w3.org/1999/xhtml'],
  RETURN_DOM_FRAGMENT: true,
} as const

/** Whether a tag at the start of a text is one that may be there, or a comment, which is left out. Others are shown as text. */
export function isKnownTag(text: string): boolean {
  return known.test(text)
}

/** Creates a sanitizer with an instance of DOMPurify of its own. `undefined` if DOMPurify does not work here. */
export function createSanitizer(factory: PurifierFactory, images: ImagePolicy): Sanitizer | undefined {
  const purifier = factory(window)
  if (!purifier.isSupported) return undefined
  purifier.addHook('afterSanitizeAttributes', (node) => {
    if (node instanceof HTMLAnchorElement) guardLink(node)
    if (node instanceof HTMLImageElement) guardImage(node, images)
  })
  return (html) => {
    const fragment = purifier.sanitize(html, config)
    return fragment instanceof DocumentFragment ? fragment : document.createDocumentFragment()
  }
}

/** A link leads to an address that is whole, by http, https or mailto; otherwise it is its text. */
function guardLink(link: HTMLAnchorElement): void {
  const url = toUrl(link.getAttribute('href'))
  if (url === undefined || !/^(?:https?|mailto):$/.test(url.protocol)) {
    link.removeAttribute('href')
    return
  }
  pointTo(link, url)
}

function pointTo(link: HTMLAnchorElement, url: URL): void {
  link.setAttribute('href', url.href)
  link.setAttribute('rel', 'noopener noreferrer nofollow')
  link.setAttribute('target', '_blank')
}

function guardImage(image: HTMLImageElement, images: ImagePolicy): void {
  const source = image.getAttribute('src') ?? ''
  if (imageData.test(source)) return
  const url = toUrl(source)
  if (url?.protocol !== 'https:') return image.replaceWith(image.alt)
  if (images === 'show' || (typeof images === 'function' && images(url))) {
    image.setAttribute('loading', 'lazy')
    image.setAttribute('referrerpolicy', 'no-referrer')
    image.setAttribute('src', url.href)
    return
  }
  // A link in a link is none that a browser would make.
  image.replaceWith(image.closest('a') === null ? linkTo(url, image.alt) : image.alt)
}

function linkTo(url: URL, text: string): HTMLAnchorElement {
  const link = document.createElement('a')
  pointTo(link, url)
  link.textContent = text || url.href
  return link
}

function toUrl(address: string | null): URL | undefined {
  // Not one that is relative, or none at all. To ask first takes less than to catch: an image or a link may have many of them.
  return address !== null && URL.canParse(address) ? new URL(address) : undefined
}
