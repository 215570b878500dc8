// Buttons, fields and tabs.

/** Buttons, fields and tabs. */
export const controlStyles = `
button, input, select { font: inherit; color: inherit; }
button { cursor: pointer; -webkit-tap-highlight-color: transparent; }
.button {
  display: inline-flex; align-items: center; justify-content: center; gap: 0.375rem; flex: none; white-space: nowrap;
  min-inline-size: 1.75rem; block-size: 1.75rem; padding: 0 0.375rem; border: 1px solid transparent; border-radius: 6px;
  background: transparent; color: var(--muted);
}
.button:hover { background: var(--hover); color: var(--fg); }
.button.named { padding-inline: 0.5rem; }
.button[aria-pressed='true'], .button[data-icon='play'] { background: var(--chosen); color: var(--link); }
.button[data-icon='check'] { color: var(--good); }
.field {
  block-size: 1.75rem; min-inline-size: 0; padding: 0 0.5rem; border: 1px solid var(--edge); border-radius: 6px;
  background: var(--bg); color: var(--fg);
}
input.field { flex: 1 1 11rem; max-inline-size: 22rem; }
select.field { flex: none; max-inline-size: 11rem; padding-inline: 0.25rem; }
.field::placeholder { color: var(--muted); opacity: 1; }
.tabs { display: flex; gap: 0.125rem; flex: none; max-inline-size: 100%; overflow-x: auto; scrollbar-width: none; }
.tab {
  flex: none; block-size: 2.25rem; padding: 0 0.625rem; border: 0; border-block-end: 2px solid transparent; border-radius: 0;
  background: transparent; color: var(--muted); white-space: nowrap; font-variant-numeric: tabular-nums;
}
.tab:hover { color: var(--fg); }
.tab[aria-selected='true'] { color: var(--fg); border-block-end-color: var(--link); font-weight: 600; }
.more {
  margin-inline-start: 0.25rem; padding: 0 0.375rem; min-block-size: 1.5rem; border: 1px solid var(--edge); border-radius: 6px;
  background: transparent; color: var(--link); font-family: var(--code); font-size: 0.75rem;
}
.more:hover { background: var(--hover); }
@media (pointer: coarse) { .field { font-size: 16px; } }
`
