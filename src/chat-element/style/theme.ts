// Colours and type. `--tidings-chat-*` are for pages, and win over what is chosen here.

/** Colours and type, light and dark. */
export const themeStyles = `
:host {
  --bg: var(--tidings-chat-background, light-dark(#ffffff, #1a1a19));
  --fg: var(--tidings-chat-text, light-dark(#1f1e1c, #ecebe7));
  --muted: var(--tidings-chat-muted, light-dark(#66635d, #a8a59e));
  --line: var(--tidings-chat-border, light-dark(#e5e3de, #363531));
  --edge: var(--tidings-chat-control-border, light-dark(#918e86, #7c7a73));
  --surface: var(--tidings-chat-surface, light-dark(#f4f3ef, #262624));
  --accent: var(--tidings-chat-accent, light-dark(#1f1e1c, #ecebe7));
  --on-accent: var(--tidings-chat-accent-text, light-dark(#ffffff, #1a1a19));
  --link: var(--tidings-chat-link, light-dark(#0b57b0, #8fbcf7));
  --danger: var(--tidings-chat-danger, light-dark(#a8251c, #f3aca5));
  --radius: var(--tidings-chat-radius, 16px);
  --width: var(--tidings-chat-width, 46rem);
  --code-font: var(--tidings-chat-code-font, ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace);
  --gap: clamp(0.75rem, 3vw, 1.25rem);
  background: var(--bg);
  color: var(--fg);
  font: 400 var(--tidings-chat-font-size, 1rem) / 1.6
    var(--tidings-chat-font, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif);
  text-align: start;
  -webkit-text-size-adjust: 100%;
}
:host([theme='light']) { color-scheme: light; }
:host([theme='dark']) { color-scheme: dark; }
:host([theme='auto']) { color-scheme: light dark; }
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
::selection { background: light-dark(#cfe2fb, #2f4d74); color: inherit; }
.icon {
  inline-size: 1.125rem; block-size: 1.125rem; flex: none;
  fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round;
}
.visually-hidden {
  position: absolute; inline-size: 1px; block-size: 1px; margin: -1px; padding: 0;
  overflow: hidden; clip-path: inset(50%); white-space: nowrap; border: 0;
}
button { font: inherit; color: inherit; cursor: pointer; -webkit-tap-highlight-color: transparent; }
button:disabled { cursor: default; }
.solid, .outlined {
  border-radius: 999px; padding: 0.25rem 0.875rem; font-size: 0.875rem; font-weight: 500; line-height: 1.5;
  border: 1px solid transparent; min-block-size: 2rem;
}
.solid { background: var(--accent); color: var(--on-accent); }
.outlined { background: transparent; border-color: var(--edge); }
.outlined:hover { background: var(--surface); }
.quiet {
  display: inline-grid; place-items: center; inline-size: 2rem; block-size: 2rem; padding: 0;
  border: 1px solid transparent; border-radius: 8px; background: transparent; color: var(--muted);
}
.quiet .icon { inline-size: 1rem; block-size: 1rem; }
.quiet:hover { background: var(--surface); color: var(--fg); }
@media (prefers-reduced-motion: no-preference) {
  button { transition: background-color 120ms, color 120ms, opacity 120ms; }
}
`
