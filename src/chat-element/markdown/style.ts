// The style of Markdown, for the style sheet of the element that shows it.

/**
 * CSS of what `MarkdownView` shows, in elements of class `markdown`. Colours are those around it; these properties change them:
 * `--markdown-line` (lines), `--markdown-shade` (code, heads of tables) and `--markdown-code` (the font of code).
 */
export const markdownStyle = `
.markdown { overflow-wrap: anywhere; line-height: 1.5; }
.markdown > :first-child, .markdown li > :first-child, .markdown blockquote > :first-child { margin-block-start: 0; }
.markdown > :last-child, .markdown li > :last-child, .markdown blockquote > :last-child { margin-block-end: 0; }
.markdown :is(p, ul, ol, blockquote, .code, .table, .html) { margin-block: 0.75em; }
.markdown :is(h1, h2, h3, h4, h5, h6) { margin-block: 1.25em 0.5em; line-height: 1.25; font-weight: 600; }
.markdown h1 { font-size: 1.4em; }
.markdown h2 { font-size: 1.25em; }
.markdown h3 { font-size: 1.1em; }
.markdown :is(h4, h5, h6) { font-size: 1em; }
.markdown :is(ul, ol) { padding-inline-start: 1.75em; }
.markdown li { margin-block: 0.25em; }
.markdown li > :is(p, ul, ol) { margin-block: 0.25em; }
.markdown li.task { list-style: none; display: flex; gap: 0.5em; align-items: baseline; margin-inline-start: -1.5em; }
.markdown li.task > div { flex: 1; min-inline-size: 0; }
.markdown blockquote { margin-inline: 0; padding-inline-start: 1em; border-inline-start: 0.25em solid var(--markdown-line, #8888); }
.markdown :is(ul, ol).more { margin-block-start: -0.5em; }
.markdown blockquote.more { margin-block-start: -0.75em; }
.markdown hr { border: 0; border-block-start: 1px solid var(--markdown-line, #8888); margin-block: 1.5em; }
.markdown img { max-inline-size: 100%; block-size: auto; }
.markdown .plain { white-space: pre-wrap; }
.markdown .html:empty { display: none; }
.markdown :is(code, pre, kbd, samp) { font-family: var(--markdown-code, ui-monospace, monospace); font-size: 0.9em; }
.markdown :not(pre) > code { padding: 0.1em 0.3em; border-radius: 0.25em; background: var(--markdown-shade, #8882); }
.markdown pre { margin: 0; padding: 0.75em 1em; overflow-x: auto; overflow-wrap: normal; white-space: pre; tab-size: 4; }
.markdown pre > code { display: block; min-inline-size: max-content; font-size: 1em; }
.markdown .box { display: block; }
.markdown .code { border: 1px solid var(--markdown-line, #8888); border-radius: 0.5em; overflow: hidden; text-align: left; }
.markdown .code > .head { display: flex; justify-content: space-between; align-items: center; gap: 1em; padding: 0.25em 0.5em 0.25em 1em; background: var(--markdown-shade, #8882); font-size: 0.85em; }
.markdown .code .copy { font: inherit; color: inherit; background: none; border: 1px solid transparent; border-radius: 0.25em; padding: 0.2em 0.6em; min-block-size: 24px; cursor: pointer; }
.markdown .code .copy:hover { border-color: var(--markdown-line, #8888); }
.markdown .table { overflow-x: auto; }
.markdown table { border-collapse: collapse; }
.markdown :is(th, td) { padding: 0.35em 0.75em; border: 1px solid var(--markdown-line, #8888); text-align: start; vertical-align: top; overflow-wrap: normal; }
.markdown th { background: var(--markdown-shade, #8882); font-weight: 600; }
.markdown [data-align='left'] { text-align: left; }
.markdown [data-align='center'] { text-align: center; }
.markdown [data-align='right'] { text-align: right; }
`
