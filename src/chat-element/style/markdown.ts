// Rendered Markdown, in the colours and measures of the chat.
import { markdownStyle } from '../markdown/markdown-view.ts'

/** Rendered Markdown, in answers and thoughts. */
export const markdownStyles: string = `
${markdownStyle}
.markdown {
  --markdown-line: var(--line); --markdown-shade: var(--surface); --markdown-code: var(--code-font);
  line-height: inherit; overflow-wrap: break-word;
}
.markdown :is(p, ul, ol, blockquote, .code, .table, .html) { margin-block: 0 0.875em; }
.markdown :is(h1, h2, h3, h4, h5, h6) { margin-block: 1.4em 0.5em; letter-spacing: -0.006em; text-wrap: balance; }
.markdown > :first-child { margin-block-start: 0; }
.markdown > :last-child { margin-block-end: 0; }
/* dir="auto" looks past children that have a direction of their own. */
.markdown :is(ul, ol):has(> li:first-child > :first-child:dir(rtl)),
.markdown :is(li, blockquote):has(> :first-child:dir(rtl)) { direction: rtl; }
.markdown :is(ul, ol).more { margin-block-start: -0.625em; }
.markdown blockquote.more { margin-block-start: -0.875em; }
.markdown li::marker { color: var(--muted); }
.markdown a {
  color: var(--link); text-decoration: underline; text-underline-offset: 0.15em; text-decoration-thickness: from-font;
}
.markdown a:hover { text-decoration-thickness: 2px; }
.markdown blockquote { color: var(--muted); border-inline-start-width: 3px; padding-inline-start: 1rem; }
.markdown :not(pre) > code { border-radius: 5px; }
.copying .markdown .box { display: inline; }
.markdown .code { border-radius: 12px; }
.markdown .code > .head { color: var(--muted); font-size: 0.8125rem; padding-block: 0.125rem; }
.markdown .code .copy:hover { color: var(--fg); }
.markdown pre { padding: 0.75rem 1rem; line-height: 1.6; font-size: 0.8125rem; tab-size: 2; }
.markdown pre:focus-visible { outline-offset: -2px; }
.markdown table { font-size: 0.9375rem; line-height: 1.45; }
.markdown :is(th, td) { border-inline-width: 0; }
.markdown th { background: transparent; }
.markdown img { border-radius: 8px; }
`
