// What shows a text that grows, step by step.

/** Shows a text. */
export interface TextView {
  /**
   * Shows a text, which is the last one and more; `isOpen` if more may come. It does one step of the work, and returns whether that was
   * all.
   */
  show(text: string, isOpen: boolean): boolean
  /** Removes what is shown. */
  clear(): void
}
