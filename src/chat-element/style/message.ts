// Messages, and what stands behind the last one.

/** Messages, and the end of the conversation. */
export const messageStyles = `
/* No flex box: it lays out all of its items whenever one grows. */
.message + .message { margin-block-start: 0.25rem; }
.message {
  display: flex; flex-direction: column; min-inline-size: 0;
  /* What is outside of its box is not painted: it holds the outlines of what has the focus. */
  margin-inline: -0.625rem; padding: 0.25rem 0.625rem;
  content-visibility: auto; contain-intrinsic-block-size: auto 8rem;
}
.message:last-child { content-visibility: visible; }
.message.user { align-items: flex-end; }
.content { min-inline-size: 0; max-inline-size: 100%; overflow-wrap: break-word; }
.assistant > .content { display: flex; flex-direction: column; gap: 0.75rem; }
.user > .content {
  max-inline-size: min(36rem, 88%); padding: 0.625rem 1rem; display: flex; flex-direction: column; gap: 0.5rem;
  border: 1px solid transparent; border-radius: var(--radius); border-end-end-radius: 4px; background: var(--surface);
}
.plain { white-space: pre-wrap; overflow-wrap: anywhere; }
.message[data-queued] > .content { background: transparent; border: 1px dashed var(--edge); }
.queued { margin: 0.25rem 0.25rem 0; font-size: 0.8125rem; line-height: 1.4; color: var(--muted); }
.actions { display: flex; gap: 0.125rem; margin-block-start: 0.125rem; min-block-size: 2rem; }
.assistant > .actions { margin-inline-start: -0.5rem; }
.message[data-live] > .actions, .message[data-queued] > .actions, .message[data-editing] > .actions { visibility: hidden; }
@media (hover: hover) {
  .actions { opacity: 0; }
  .message:hover > .actions, .message:focus-within > .actions, .assistant:last-child > .actions { opacity: 1; }
}
.editor { inline-size: 100%; display: flex; flex-direction: column; gap: 0.5rem; }
.editor .field {
  inline-size: 100%; padding: 0.625rem 1rem; border: 1px solid var(--edge); border-radius: var(--radius);
  background: var(--bg);
}
.editor-buttons { display: flex; gap: 0.5rem; justify-content: flex-end; }
.tail { min-block-size: 2rem; padding-block-start: 0.5rem; }
.waiting { display: flex; gap: 0.3125rem; align-items: center; block-size: 1.5rem; }
.dot { inline-size: 0.4375rem; block-size: 0.4375rem; border-radius: 50%; background: var(--muted); }
.verdict {
  display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 0.75rem;
  font-size: 0.9375rem; line-height: 1.5; color: var(--muted);
}
.verdict-text { margin: 0; min-inline-size: 0; flex: 0 1 auto; overflow-wrap: anywhere; }
.verdict[data-kind='error'], .verdict[data-kind='interrupted'] {
  padding: 0.625rem 1rem; border: 1px solid var(--line); border-inline-start: 3px solid currentColor; border-radius: 8px;
}
.verdict[data-kind='error'] .verdict-text { color: var(--danger); }
.verdict[data-kind='error'] { border-inline-start-color: var(--danger); }
.verdict .outlined { color: var(--fg); }
@media (prefers-reduced-motion: no-preference) {
  .dot { animation: breathe 1.4s infinite ease-in-out; }
  .dot:nth-child(2) { animation-delay: 160ms; }
  .dot:nth-child(3) { animation-delay: 320ms; }
  @keyframes breathe { 0%, 70%, 100% { opacity: 0.3; } 35% { opacity: 1; } }
}
@media (forced-colors: active) { .dot { background: CanvasText; } }
`
