// The style sheet of the panel.

/** The panel, docked to the end of the window, and the button that shows it. */
export const panelStyles = `
:host {
  all: initial; color-scheme: light dark; position: fixed; inset-inline: 0; inset-block-end: 0; z-index: 2147483647;
  pointer-events: none; font: 400 13px / 1.4 system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif;
}
:host([hidden]), [hidden] { display: none !important; }
*, *::before, *::after { box-sizing: border-box; }
:focus-visible { outline: 2px solid light-dark(#0a56b8, #8cbcfa); outline-offset: 2px; }
button { font: inherit; cursor: pointer; pointer-events: auto; }
.show {
  position: absolute; inset-block-end: 12px; inset-inline-end: 12px; display: flex; align-items: center; gap: 6px;
  min-block-size: 32px; padding: 0 12px; border: 1px solid light-dark(#8a929c, #767e88); border-radius: 16px;
  background: light-dark(#ffffff, #1b1c1e); color: light-dark(#1d2126, #e6e8eb); box-shadow: 0 2px 10px rgb(0 0 0 / 22%);
  font-variant-numeric: tabular-nums;
}
.show:hover { background: light-dark(#f0f2f4, #292c30); }
.show::before { content: ''; inline-size: 8px; block-size: 8px; border-radius: 50%; background: light-dark(#8a929c, #767e88); }
.show[data-open]::before { background: light-dark(#17692f, #7dd391); }
.panel {
  display: flex; flex-direction: column; block-size: var(--height); max-block-size: 100dvh; min-block-size: 160px;
  pointer-events: auto; background: light-dark(#ffffff, #1b1c1e); color: light-dark(#1d2126, #e6e8eb);
  border-block-start: 1px solid light-dark(#8a929c, #767e88); box-shadow: 0 -4px 20px rgb(0 0 0 / 18%);
}
.panel:focus { outline: none; }
.edge { display: flex; align-items: center; flex: none; block-size: 24px; background: light-dark(#f6f7f8, #232528); }
.handle {
  flex: 1 1 auto; align-self: stretch; display: grid; place-items: center; cursor: ns-resize; touch-action: none; margin-inline-start: 32px;
}
.handle::before {
  content: ''; inline-size: 40px; block-size: 4px; border-radius: 2px; background: light-dark(#8a929c, #767e88);
}
.handle:hover::before, .handle:focus-visible::before { background: light-dark(#0a56b8, #8cbcfa); }
.hide {
  flex: none; inline-size: 32px; block-size: 24px; padding: 0; border: 0; border-radius: 4px; background: transparent;
  color: light-dark(#5a626c, #a3abb5); font-size: 16px; line-height: 1;
}
.hide:hover { background: light-dark(#e1e4e8, #34383d); color: inherit; }
tidings-inspector { flex: 1 1 auto; min-block-size: 0; block-size: auto; }
`
