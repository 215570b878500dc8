// Colours and type.

/** Colours, in light and dark, and the type. */
export const themeStyles = `
:host {
  color-scheme: light dark;
  --bg: light-dark(#ffffff, #1b1c1e);
  --raised: light-dark(#f6f7f8, #232528);
  --hover: light-dark(#f0f2f4, #292c30);
  --chosen: light-dark(#dceafd, #1f3a5f);
  --fg: light-dark(#1d2126, #e6e8eb);
  --muted: light-dark(#5a626c, #a3abb5);
  --line: light-dark(#e1e4e8, #34383d);
  --edge: light-dark(#8a929c, #767e88);
  --link: light-dark(#0a56b8, #8cbcfa);
  --good: light-dark(#17692f, #7dd391);
  --warn: light-dark(#835000, #f0bd62);
  --bad: light-dark(#ad1f1f, #ff9d95);
  --text-name: light-dark(#8a1a64, #f19fd2);
  --text-string: light-dark(#0b5a8a, #8fcdf2);
  --text-number: light-dark(#1a5fb0, #a3c4ff);
  --code: ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'Liberation Mono', monospace;
  background: var(--bg);
  color: var(--fg);
  font: 400 0.8125rem / 1.45 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif;
  text-align: start; letter-spacing: normal; word-spacing: normal; text-transform: none; text-indent: 0;
  -webkit-text-size-adjust: 100%;
}
:host([theme='light']) { color-scheme: light; }
:host([theme='dark']) { color-scheme: dark; }
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
:focus-visible { outline: 2px solid var(--link); outline-offset: -2px; }
::selection { background: light-dark(#b9d6fb, #35588a); color: inherit; }
.icon {
  inline-size: 1rem; block-size: 1rem; flex: none;
  fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round;
}
.visually-hidden { position: fixed; inline-size: 1px; block-size: 1px; opacity: 0; }
h2, h3, p, pre, dl, dd { margin: 0; font: inherit; }
`
