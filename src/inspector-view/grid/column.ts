// The columns of a grid.

/** One column of a grid whose rows are of one kind. */
export interface Column<Row> {
  readonly title: string
  /** Names it in the style sheet. */
  readonly name: string
  /** Its width as a track of a CSS grid. */
  readonly width: string
  /** The narrowest grid, in px, in which it is shown. Default: in all. */
  readonly from?: number
  /** Shows a row in its cell, which may have shown another row before. */
  readonly fill: (cell: HTMLElement, row: Row) => void
}
