// Rendered Markdown.

/** Rendered Markdown, in answers and thoughts. */
export const markdownStyles = `
.rich :is(p, ul, ol, blockquote, pre, table, hr) { margin-block: 0 0.875em; }
.rich :is(p, li, h1, h2, h3, h4, h5, h6, td, th, blockquote) { unicode-bidi: plaintext; text-align: start; }
.rich :is(h1, h2, h3, h4, h5, h6) {
  font-weight: 600; line-height: 1.3; letter-spacing: -0.006em; margin-block: 1.4em 0.5em; text-wrap: balance;
}
.rich > :first-child { margin-block-start: 0; }
.rich > :last-child { margin-block-end: 0; }
.rich h1 { font-size: 1.375rem; }
.rich h2 { font-size: 1.2rem; }
.rich h3 { font-size: 1.0625rem; }
.rich :is(h4, h5, h6) { font-size: 1rem; }
.rich :is(ul, ol) { padding-inline-start: 1.5rem; }
.rich li { margin-block: 0.25em; }
.rich li > :is(p, ul, ol) { margin-block: 0.25em; }
.rich li::marker { color: var(--muted); }
.rich a {
  color: var(--link); text-decoration: underline; text-underline-offset: 0.15em; text-decoration-thickness: from-font;
}
.rich a:hover { text-decoration-thickness: 2px; }
.rich :is(strong, b) { font-weight: 600; }
.rich code { font: 0.875em / 1.5 var(--code-font); padding: 0.1em 0.35em; border-radius: 5px; background: var(--surface); }
.rich pre {
  padding: 0.875rem 1rem; overflow-x: auto; border-radius: 12px; background: var(--surface);
  direction: ltr; text-align: left; tab-size: 2;
}
.rich pre code { padding: 0; background: transparent; font-size: 0.8125rem; line-height: 1.6; white-space: pre; }
.rich blockquote {
  margin-inline: 0; padding-inline-start: 1rem; border-inline-start: 3px solid var(--line); color: var(--muted);
}
.rich hr { border: 0; border-block-start: 1px solid var(--line); margin-block: 1.5em; }
.rich table {
  border-collapse: collapse; display: block; max-inline-size: 100%; overflow-x: auto; font-size: 0.9375rem; line-height: 1.45;
}
.rich :is(th, td) { padding: 0.4rem 0.75rem; border-block-end: 1px solid var(--line); text-align: start; vertical-align: top; }
.rich th { font-weight: 600; }
.rich img { max-inline-size: 100%; block-size: auto; border-radius: 8px; }
`
