// Where messages are written.

/** The composer. */
export const composerStyles = `
.field {
  display: block; inline-size: 100%; margin: 0; padding: 0; border: 0; background: transparent; color: inherit; font: inherit;
  /* Safari magnifies what is smaller. */
  font-size: max(1rem, 16px); line-height: 1.5; resize: none; field-sizing: content;
  min-block-size: 1.5em; max-block-size: min(12rem, 35dvh); overflow-wrap: anywhere;
}
.field::placeholder { color: var(--muted); opacity: 1; }
.composer {
  display: flex; flex-direction: column; gap: 0.25rem; padding: 0.75rem 0.75rem 0.625rem 0.75rem; cursor: text;
  border: 1px solid var(--edge); border-radius: calc(var(--radius) + 4px); background: var(--bg);
}
.composer:focus-within { border-color: var(--fg); box-shadow: 0 0 0 1px var(--fg); }
.composer .field { padding-inline: 0.25rem; }
.composer .field:focus { outline: none; }
.attachments { display: contents; }
.attached { display: flex; flex-wrap: wrap; gap: 0.375rem; margin: 0 0 0.25rem; padding: 0; list-style: none; max-block-size: min(7rem, 20dvh); overflow-y: auto; }
.attached .chip { padding-inline-end: 0.125rem; }
.attached .file-name { max-inline-size: 14rem; }
.attached .quiet { inline-size: 1.5rem; block-size: 1.5rem; border-radius: 50%; flex: none; }
.file-size { color: var(--muted); white-space: nowrap; }
.refusal { margin: 0 0 0.25rem; padding-inline: 0.25rem; font-size: 0.8125rem; line-height: 1.4; color: var(--danger); overflow-wrap: anywhere; }
.bar > .quiet { flex: none; inline-size: 2.25rem; block-size: 2.25rem; border-radius: 50%; margin-inline-start: -0.25rem; }
.bar > .quiet .icon { inline-size: 1.25rem; block-size: 1.25rem; }
.chat[data-dropping] .composer { border-color: var(--link); box-shadow: 0 0 0 1px var(--link); }
.bar { display: flex; align-items: center; gap: 0.5rem; min-block-size: 2.25rem; }
.notice {
  margin: 0; padding-inline-start: 0.25rem; flex: 1 1 auto; min-inline-size: 0;
  font-size: 0.8125rem; line-height: 1.35; color: var(--muted); overflow-wrap: anywhere;
}
.notice[data-status='reconnecting'], .notice[data-status='offline'] { color: var(--danger); }
.round {
  flex: none; display: grid; place-items: center; inline-size: 2.25rem; block-size: 2.25rem; padding: 0; border-radius: 50%;
  border: 1px solid transparent; background: var(--accent); color: var(--on-accent);
}
.round:disabled { background: var(--surface); color: var(--muted); }
.round[part~='stop'] { background: transparent; color: var(--fg); border-color: var(--edge); }
.round[part~='stop']:hover { background: var(--surface); }
.round[part~='stop'] .icon { fill: currentColor; inline-size: 1rem; block-size: 1rem; }
@media (forced-colors: active) {
  .composer:focus-within { outline: 2px solid Highlight; }
  .round:disabled { color: GrayText; }
}
`
