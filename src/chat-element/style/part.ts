// What is folded, files and sources.

/** Parts of messages that are no text. */
export const partStyles = `
.fold-summary {
  display: flex; align-items: center; gap: 0.5rem; min-block-size: 2rem; max-inline-size: 100%; cursor: pointer;
  list-style: none; font-size: 0.9375rem; line-height: 1.4; color: var(--muted); border-radius: 8px;
}
.fold-summary::-webkit-details-marker { display: none; }
.fold-summary:hover { color: var(--fg); }
.fold-title { min-inline-size: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; unicode-bidi: plaintext; }
.fold-note { flex: none; font-size: 0.8125rem; }
.fold-summary .icon-chevron { inline-size: 0.875rem; block-size: 0.875rem; }
.fold-summary .icon-chevron:dir(rtl) { scale: -1 1; }
.fold[open] > .fold-summary .icon-chevron { rotate: 90deg; scale: 1 1; }
.reasoning > .fold-summary { inline-size: fit-content; }
.reasoning > .fold-body {
  margin-block: 0.25rem; padding-inline-start: 1rem; border-inline-start: 2px solid var(--line);
  color: var(--muted); font-size: 0.9375rem;
}
.tool-frame { border: 1px solid var(--line); border-radius: 12px; overflow: clip; }
.tool > .fold-summary { padding: 0.375rem 0.875rem; border-radius: 12px; }
.tool > .fold-summary:focus-visible { outline-offset: -2px; }
.tool .fold-title { color: var(--fg); font-weight: 500; }
.tool .fold-note { margin-inline-start: auto; }
.tool[data-state='output-error'] .fold-note { color: var(--danger); }
.tool > .fold-body { padding: 0.25rem 0.875rem 0.875rem; display: flex; flex-direction: column; gap: 0.75rem; }
.value-title { font-size: 0.8125rem; color: var(--muted); margin-block-end: 0.25rem; }
.value-text {
  margin: 0; padding: 0.625rem 0.75rem; max-block-size: 16rem; overflow: auto; border-radius: 8px; background: var(--surface);
  font: 0.8125rem / 1.5 var(--code-font); white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 2;
}
.value-text:focus-visible { outline-offset: -2px; }
.approval {
  display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.5rem 1rem;
  padding: 0.75rem 0.875rem; border-block-start: 1px solid var(--line);
}
.approval-question { margin: 0; font-size: 0.9375rem; line-height: 1.45; flex: 1 1 12rem; min-inline-size: 0; overflow-wrap: anywhere; }
.approval-buttons { display: flex; gap: 0.5rem; }
.sources { display: flex; flex-wrap: wrap; align-items: center; gap: 0.375rem 0.5rem; font-size: 0.8125rem; line-height: 1.4; }
.sources-title { color: var(--muted); }
.sources-list { display: contents; list-style: none; }
.sources-list > li { display: block; min-inline-size: 0; max-inline-size: 100%; }
.chip {
  display: inline-flex; align-items: center; gap: 0.375rem; max-inline-size: 100%; min-block-size: 1.75rem; padding: 0.125rem 0.625rem;
  border: 1px solid var(--line); border-radius: 999px; color: var(--fg); text-decoration: none; font-size: 0.8125rem; line-height: 1.4;
}
a.chip:hover { background: var(--surface); border-color: var(--edge); }
.user a.chip:hover { background: var(--bg); }
.user .chip { border-color: var(--edge); }
.chip .icon { inline-size: 0.875rem; block-size: 0.875rem; }
.file-name { min-inline-size: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.file img {
  display: block; inline-size: 16rem; max-inline-size: 100%; aspect-ratio: 4 / 3; object-fit: cover;
  border-radius: 12px; border: 1px solid var(--line); background: var(--surface);
}
@media (prefers-reduced-motion: no-preference) {
  .icon-chevron { transition: rotate 120ms; }
  .reasoning[data-live] .fold-title, .tool[data-live] .fold-note { animation: glow 1.6s infinite ease-in-out; }
  @keyframes glow { 0%, 100% { opacity: 1; } 50% { opacity: 0.65; } }
}
`
