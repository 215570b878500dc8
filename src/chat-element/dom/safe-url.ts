// Urls in what a model or a tool has said.

/** The address of a link, if following it runs nothing: one of the web, or of a mail. */
export function toLinkUrl(text: string): string | undefined {
  const url = toUrl(text)
  return url !== undefined && ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : undefined
}

/**
 * The address of a picture that the message itself holds. One on another server is never asked for by itself: its address could
 * carry away what the conversation says.
 */
export function toPictureUrl(text: string): string | undefined {
  const isHeld = /^data:image\/(png|jpeg|gif|webp|avif)[;,]/i.test(text) || text.startsWith('blob:')
  return isHeld ? text : undefined
}

/** The address of a file to save: of the web, or held in the message itself, in which case a page is never opened by it. */
export function toFileUrl(text: string): string | undefined {
  return text.startsWith('data:') || text.startsWith('blob:') ? text : toLinkUrl(text)
}

function toUrl(text: string): URL | undefined {
  return URL.canParse(text, document.baseURI) ? new URL(text, document.baseURI) : undefined
}
