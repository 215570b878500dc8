// Renders a model's text: paragraphs, lists, headings, code blocks, `code` and **strong**. Never as HTML: it is not trusted.

export function renderText(element, text) {
  const parts = text.split(/^```\w*(?:\n|$)/m)
  element.replaceChildren(...parts.flatMap((part, index) => (index % 2 === 1 ? [toBlock(part)] : toBlocks(part))))
}

function toBlock(text) {
  const block = make('pre', text.trimEnd())
  // A long line is read by scrolling, also with the keys.
  block.tabIndex = 0
  return block
}

function toBlocks(text) {
  // A list and its items stand together, whatever is between them.
  const blocks = text.split(/\n{2,}|\n(?=(?:[-*]|\d+\.|#+) )|(?<=^#+ .*)\n/m).filter((block) => block.trim() !== '')
  const elements = []
  for (const block of blocks) {
    const [, mark, content] = /^\s*(?:([-*]|\d+\.|#+) )?([^]*)$/.exec(block)
    if (mark === undefined || mark.startsWith('#'))
      elements.push(make(mark === undefined ? 'p' : 'h4', ...toInline(content)))
    else addItem(elements, /\d/.test(mark) ? 'OL' : 'UL', make('li', ...toInline(content)))
  }
  return elements
}

function addItem(elements, kind, item) {
  if (elements.at(-1)?.tagName !== kind) elements.push(document.createElement(kind))
  elements.at(-1).append(item)
}

function toInline(text) {
  return text
    .trim()
    .split(/(`[^`]+`|\*\*[^*]+\*\*)/)
    .map((part) => {
      const found = /^(?:`(?<code>[^`]+)`|\*\*(?<strong>[^*]+)\*\*)$/.exec(part)
      if (found === null) return part
      const { code, strong } = found.groups
      return code === undefined ? make('strong', strong) : make('code', code)
    })
}

function make(tag, ...content) {
  const element = document.createElement(tag)
  element.append(...content)
  return element
}
