// Rendered Markdown.

/** Rendered Markdown, in answers and thoughts. */
export const markdownStyles = `
.text :is(p, ul, ol, blockquote, pre, table, h1, h2, h3, h4, h5, h6, hr), .fold-body :is(p, ul, ol, blockquote, pre, table, h1, h2, h3, h4, h5, h6, hr) {
  margin-block: 0 0.875em;
}
.text > :last-child, .fold-body > :last-child { margin-block-end: 0; }
:is(.text, .fold-body) :is(p, li, h1, h2, h3, h4, h5, h6, td, th, blockquote) { unicode-bidi: plaintext; text-align: start; }
.text :is(h1, h2, h3, h4, h5, h6) { font-weight: 600; line-height: 1.3; letter-spacing: -0.006em; margin-block: 1.4em 0.5em; text-wrap: balance; }
.text > :first-child { margin-block-start: 0; }
.text h1 { font-size: 1.375rem; }
.text h2 { font-size: 1.2rem; }
.text h3 { font-size: 1.0625rem; }
.text :is(h4, h5, h6) { font-size: 1rem; }
:is(.text, .fold-body) :is(ul, ol) { padding-inline-start: 1.5rem; }
:is(.text, .fold-body) li { margin-block: 0.25em; }
:is(.text, .fold-body) li > :is(ul, ol) { margin-block: 0.25em; }
:is(.text, .fold-body) li::marker { color: var(--muted); }
.text a, .fold-body a { color: var(--link); text-decoration: underline; text-underline-offset: 0.15em; text-decoration-thickness: from-font; }
.text a:hover { text-decoration-thickness: 2px; }
:is(.text, .fold-body) :is(strong, b) { font-weight: 600; }
:is(.text, .fold-body) code { font: 0.875em / 1.5 var(--code-font); padding: 0.1em 0.35em; border-radius: 5px; background: var(--surface); }
:is(.text, .fold-body) pre { padding: 0.875rem 1rem; overflow-x: auto; border-radius: 12px; background: var(--surface); direction: ltr; text-align: left; tab-size: 2; }
:is(.text, .fold-body) pre code { padding: 0; background: transparent; font-size: 0.8125rem; line-height: 1.6; white-space: pre; }
:is(.text, .fold-body) blockquote { margin-inline: 0; padding-inline-start: 1rem; border-inline-start: 3px solid var(--line); color: var(--muted); }
:is(.text, .fold-body) hr { border: 0; border-block-start: 1px solid var(--line); margin-block: 1.5em; }
:is(.text, .fold-body) table { border-collapse: collapse; display: block; max-inline-size: 100%; overflow-x: auto; font-size: 0.9375rem; line-height: 1.45; }
:is(.text, .fold-body) :is(th, td) { padding: 0.4rem 0.75rem; border-block-end: 1px solid var(--line); text-align: start; vertical-align: top; }
:is(.text, .fold-body) th { font-weight: 600; }
:is(.text, .fold-body) img { max-inline-size: 100%; block-size: auto; border-radius: 8px; }
`
