// One stream, and one event of it.

/** One stream, and one event of it. */
export const detailStyles = `
.detail {
  display: flex; flex-direction: column; min-block-size: 0; min-inline-size: 0; container: detail / size;
  border-inline-start: 1px solid var(--line);
}
.list[hidden] + .detail { border-inline-start: 0; }
.detail-head { display: flex; align-items: center; gap: 0.5rem; padding: 0.25rem 0.75rem 0 0.375rem; flex: none; }
.title {
  font-weight: 600; min-inline-size: 0; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; flex: 1 1 auto;
  unicode-bidi: isolate;
}
.detail-head .badge { display: inline-flex; align-items: center; gap: 0.375rem; flex: none; max-inline-size: 40%; overflow: hidden; white-space: nowrap; color: var(--tone); }
.error {
  display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; flex: none;
  margin: 0 0.75rem 0.125rem; color: var(--bad); overflow-wrap: anywhere;
}
.detail-bar {
  display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0 0.5rem; flex: none;
  padding-inline: 0.25rem; border-block-end: 1px solid var(--line);
}
.actions { display: flex; gap: 0.125rem; padding-block: 0.125rem; }
.events { display: flex; flex-direction: column; flex: 1 1 auto; min-block-size: 0; }
.found { color: var(--muted); font-size: 0.75rem; font-variant-numeric: tabular-nums; }
.events-body { display: grid; flex: 1 1 auto; min-block-size: 0; grid-template: minmax(0, 1fr) / minmax(0, 1fr); }
.events-body:has(> .event:not([hidden])) { grid-template-rows: minmax(0, 1fr) minmax(6rem, 45%); }
.newest {
  position: absolute; inset-block-end: 0.75rem; inset-inline: 0; margin-inline: auto; inline-size: max-content;
  border-color: var(--edge); background: var(--bg); color: var(--fg); box-shadow: 0 2px 8px rgb(0 0 0 / 18%);
}
.event { display: flex; flex-direction: column; min-block-size: 0; min-inline-size: 0; border-block-start: 1px solid var(--line); }
.event-head {
  display: flex; align-items: center; gap: 0.125rem; flex: none; padding: 0.125rem 0.375rem 0.125rem 0.75rem;
  background: var(--raised); border-block-end: 1px solid var(--line);
}
.event-title { flex: 1 1 auto; min-inline-size: 0; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; color: var(--muted); }
.event-body { flex: 1 1 auto; min-block-size: 0; overflow: auto; padding: 0.5rem 0.75rem; scrollbar-width: thin; }
.text, .json { font-family: var(--code); font-size: 0.75rem; line-height: 1.6; white-space: pre-wrap; overflow-wrap: anywhere; tab-size: 2; }
.json details { padding-inline-start: 0; }
.json summary { cursor: pointer; list-style-position: outside; margin-inline-start: 1rem; border-radius: 3px; }
.json summary:hover { background: var(--hover); }
.json-children { padding-inline-start: 1rem; border-inline-start: 1px solid var(--line); margin-inline-start: 0.375rem; }
.json-leaf { padding-inline-start: 1rem; unicode-bidi: isolate; }
.json-name { color: var(--text-name); }
.json-preview, .json-null { color: var(--muted); }
details[open] > summary > .json-preview { opacity: 1; }
.json-string { color: var(--text-string); }
.json-number, .json-boolean { color: var(--text-number); }
.summary { display: grid; gap: 1rem 2rem; grid-template-columns: minmax(0, 1fr); padding: 0.75rem; }
.facts h3 { font-weight: 600; padding-block-end: 0.25rem; }
.facts dl { display: grid; grid-template-columns: clamp(6.5rem, 25cqi, 10rem) minmax(0, 1fr); gap: 0.125rem 0.75rem; }
.facts dt { color: var(--muted); overflow-wrap: anywhere; }
.facts dd { overflow-wrap: anywhere; white-space: pre-wrap; unicode-bidi: isolate; }
.facts dt:empty { display: none; }
.facts dt:empty + dd { grid-column: 1 / -1; font-family: var(--code); font-size: 0.75rem; }
@container detail (inline-size > 46rem) or ((inline-size > 30rem) and (block-size < 28rem)) {
  .events-body:has(> .event:not([hidden])) { grid-template: minmax(0, 1fr) / minmax(0, 3fr) minmax(14rem, 2fr); }
  .event { border-block-start: 0; border-inline-start: 1px solid var(--line); }
}
/* No room for both: the event takes the place of the list until it is closed. */
@container detail (inline-size <= 30rem) and (block-size < 28rem) {
  .events-body:has(> .event:not([hidden])) { grid-template-rows: minmax(0, 1fr); }
  .events-body:has(> .event:not([hidden])) > .list { display: none; }
}
@container detail (inline-size > 46rem) {
  .summary { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
}
@container detail (inline-size < 24rem) {
  .actions .button { position: relative; }
  .actions .button span { position: absolute; inline-size: 1px; overflow: hidden; opacity: 0; }
}
`
