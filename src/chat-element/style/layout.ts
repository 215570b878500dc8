// The frame: a column of messages that scrolls, and the composer below it.

/** The frame of the chat. */
export const layoutStyles = `
:host {
  display: block; position: relative; contain: content;
  block-size: var(--tidings-chat-height, 100dvh); max-block-size: 100%; min-block-size: 15rem;
}
:host([hidden]) { display: none; }
.chat { display: flex; flex-direction: column; block-size: 100%; min-block-size: 0; }
.heading {
  margin: 0; padding: 0.75rem var(--gap); font-size: 0.9375rem; font-weight: 600; line-height: 1.5;
  border-block-end: 1px solid var(--line); text-align: center; overflow-wrap: anywhere;
}
.messages {
  flex: 1 1 auto; min-block-size: 0; overflow-y: auto; overscroll-behavior: contain; scrollbar-gutter: stable both-edges;
  scrollbar-width: thin; scrollbar-color: var(--line) transparent;
}
.messages:focus-visible { outline-offset: -2px; }
.column {
  display: flex; flex-direction: column; min-block-size: 100%; inline-size: 100%; max-inline-size: var(--width);
  margin-inline: auto; padding: 1.5rem var(--gap) 1rem;
}
.empty {
  margin: auto; padding: 2rem 0; font-size: 1.5rem; font-weight: 500; line-height: 1.3; letter-spacing: -0.01em;
  text-align: center; text-wrap: balance;
}
.foot {
  position: relative; flex: none; inline-size: 100%; max-inline-size: var(--width); margin-inline: auto;
  padding: 0 var(--gap) max(0.75rem, env(safe-area-inset-bottom));
}
.foot::before {
  content: ''; position: absolute; inset-inline: 0; inset-block-end: 100%; block-size: 1.25rem; pointer-events: none;
  background: linear-gradient(to top, var(--bg), transparent);
}
.jump {
  position: absolute; inset-block-end: calc(100% + 0.75rem); inset-inline: 0; margin-inline: auto;
  display: grid; place-items: center; inline-size: 2.25rem; block-size: 2.25rem; padding: 0; border-radius: 50%;
  border: 1px solid var(--edge); background: var(--bg); color: var(--fg); z-index: 1;
  box-shadow: 0 2px 10px rgb(0 0 0 / 12%);
}
.jump:hover { background: var(--surface); }
`
