// Lists of streams and of events.

/** Lists. */
export const gridStyles = `
.grid {
  flex: 1 1 auto; min-block-size: 0; overflow: auto; overflow-anchor: none; overscroll-behavior: contain;
  scrollbar-width: thin; scrollbar-color: var(--edge) transparent; position: relative;
}
.grid-top, .grid-canvas { min-inline-size: var(--min-width); }
.grid-top { position: sticky; inset-block-start: 0; z-index: 1; }
.grid-head, .row { display: grid; grid-template-columns: var(--columns); align-items: center; column-gap: 0.75rem; padding-inline: 0.75rem; }
.grid-head {
  block-size: 1.75rem; background: var(--raised); border-block-end: 1px solid var(--line);
  color: var(--muted); font-size: 0.75rem; font-weight: 500;
}
.grid-canvas { position: relative; contain: layout style; }
.row {
  position: absolute; inset-block-start: 0; inset-inline: 0; block-size: var(--row-height); contain: strict; cursor: default;
  border-block-end: 1px solid color-mix(in srgb, var(--line) 60%, transparent);
}
.row:hover { background: var(--hover); }
.row[aria-selected='true'] { background: var(--chosen); }
.cell {
  min-inline-size: 0; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; unicode-bidi: isolate;
}
.row .cell { font-variant-numeric: tabular-nums; }
.cell.number { text-align: end; }
.cell.time, .cell.id, .cell.data, .cell.type { font-family: var(--code); font-size: 0.75rem; }
.grid-head .cell { font-family: inherit; }
.cell.time, .row .cell.number, .cell.since, .cell.source, .cell.who, .cell.id { color: var(--muted); }
.row .cell.data { white-space: pre; }
.name { display: flex; gap: 0.5rem; min-inline-size: 0; align-items: center; }
.name::before, .detail-head .badge::before {
  content: ''; flex: none; inline-size: 0.5rem; block-size: 0.5rem; border-radius: 50%; background: var(--tone);
}
.name .method { flex: none; color: var(--muted); font-size: 0.6875rem; font-weight: 600; }
.name .url { min-inline-size: 0; overflow: hidden; text-overflow: ellipsis; unicode-bidi: isolate; }
.name .route { color: var(--muted); min-inline-size: 0; flex: 0 2 auto; overflow: hidden; text-overflow: ellipsis; }
.name span:empty { display: none; }
.second { display: none; }
.grid[data-lines='2'] .second {
  display: block; padding-inline-start: 1rem; color: var(--muted); font-size: 0.75rem; overflow: hidden; text-overflow: ellipsis;
}
.grid[data-lines='2'] .name { font-weight: 500; }
.row, .detail { --tone: var(--muted); }
[data-tone='waiting'] { --tone: var(--edge); }
[data-tone='open'] { --tone: var(--good); }
[data-tone='blocked'], [data-tone='warning'] { --tone: var(--warn); }
[data-tone='failed'] { --tone: var(--bad); }
[data-tone='control'] { --tone: var(--link); }
.row .badge { color: var(--tone); }
.row .type .badge { color: var(--fg); }
.row[data-tone] .type .badge { color: var(--tone); font-weight: 600; }
.row:is([data-tone='done'], [data-tone='left'], [data-tone='waiting']) .badge, .detail[data-tone='waiting'] .badge { color: var(--muted); }
@media (prefers-reduced-motion: no-preference) {
  .row[data-tone='open'] .name::before { animation: breathe 2s infinite ease-in-out; }
  @keyframes breathe { 50% { opacity: 0.35; } }
}
@media (forced-colors: active) {
  .row[aria-selected='true'] { outline: 2px solid Highlight; outline-offset: -2px; }
  .name::before { background: CanvasText; }
}
`
