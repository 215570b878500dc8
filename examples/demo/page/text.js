// Renders a model's text: paragraphs, code blocks, `code` and **strong**. Never as HTML: the text is not trusted.

export function renderText(element, text) {
  const parts = text.split(/```[a-z]*\n?/)
  element.replaceChildren(...parts.flatMap((part, index) => (index % 2 === 1 ? [toBlock(part)] : toParagraphs(part))))
}

function toBlock(text) {
  const block = document.createElement('pre')
  block.textContent = text.trimEnd()
  return block
}

function toParagraphs(text) {
  const paragraphs = text.split(/\n{2,}/).filter((paragraph) => paragraph.trim() !== '')
  return paragraphs.map((paragraph) => {
    const element = document.createElement('p')
    element.append(
      ...paragraph
        .trim()
        .split(/(`[^`]+`|\*\*[^*]+\*\*)/)
        .map(toInline),
    )
    return element
  })
}

function toInline(text) {
  const found = /^(?:`(?<code>[^`]+)`|\*\*(?<strong>[^*]+)\*\*)$/.exec(text)
  if (found === null) return text
  const element = document.createElement(found.groups.code === undefined ? 'strong' : 'code')
  element.textContent = found.groups.code ?? found.groups.strong
  return element
}
