// The frame: a bar, the panes, and a foot.

/** The frame. */
export const layoutStyles = `
:host {
  display: block; position: relative; contain: content; overflow: hidden;
  block-size: var(--tidings-inspector-height, 100dvh); max-block-size: 100%; min-block-size: 10rem;
}
:host([hidden]) { display: none; }
.inspector { display: flex; flex-direction: column; block-size: 100%; min-block-size: 0; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.5rem; padding: 0.25rem 0.5rem; flex: none; }
.bar.outer {
  padding-block: 0; min-block-size: 2.25rem; justify-content: space-between;
  background: var(--raised); border-block-end: 1px solid var(--line);
}
.bar.inner { border-block-end: 1px solid var(--line); }
.tools {
  display: flex; align-items: center; gap: 0.25rem; flex: 1 1 17rem; justify-content: flex-end; min-inline-size: 0;
  padding-block: 0.25rem;
}
.panel { flex: 1 1 auto; min-block-size: 0; min-inline-size: 0; display: flex; flex-direction: column; }
.panel.scrolls { display: block; overflow: auto; scrollbar-width: thin; }
.panes { display: grid; grid-template: minmax(0, 1fr) / minmax(0, 1fr); }
.panes[data-open='true']:has(> .list:not([hidden])) { grid-template-columns: minmax(15rem, 4fr) minmax(0, 7fr); }
.list { position: relative; display: flex; flex-direction: column; min-block-size: 0; min-inline-size: 0; flex: 1 1 auto; }
.empty {
  position: absolute; inset-block-start: 4rem; inset-inline: 1rem; text-align: center; color: var(--muted);
  overflow-wrap: anywhere; pointer-events: none;
}
.foot {
  display: flex; flex-wrap: wrap; gap: 0 1rem; flex: none; padding: 0.1875rem 0.75rem; min-block-size: 1.625rem;
  border-block-start: 1px solid var(--line); background: var(--raised); color: var(--muted); font-size: 0.75rem;
  font-variant-numeric: tabular-nums;
}
.said { color: var(--fg); }
.said:empty, .notice:empty { display: none; }
.notice { color: var(--bad); overflow-wrap: anywhere; }
.inspector[data-paused] .foot { background: var(--chosen); color: var(--fg); }
`
