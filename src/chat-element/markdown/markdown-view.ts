// Markdown as it comes. For now: its text.

/** The libraries that Markdown is rendered by. */
export interface MarkdownLibraries {
  readonly isReady: true
}

/** Options of {@link MarkdownView}. */
export interface MarkdownOptions {
  readonly libraries: MarkdownLibraries
  readonly locale?: string | undefined
  readonly pace?: boolean | undefined
}

/** Loads the libraries. */
export async function loadMarkdown(): Promise<MarkdownLibraries> {
  return { isReady: true }
}

/** Shows a text of Markdown in an element. */
export class MarkdownView {
  readonly #container: HTMLElement

  constructor(container: HTMLElement, _options: MarkdownOptions) {
    this.#container = container
  }

  /** Shows the text as it is now. */
  update(text: string, _done: boolean): void {
    const blocks = text.split('\n\n')
    const shown = this.#container.children
    for (const [index, block] of blocks.entries()) {
      const element = shown[index] ?? this.#container.appendChild(document.createElement('p'))
      if (element.textContent !== block) element.textContent = block
    }
    while (shown.length > blocks.length) shown[shown.length - 1]?.remove()
  }

  /** Shows nothing any more. */
  dispose(): void {
    this.#container.replaceChildren()
  }
}
