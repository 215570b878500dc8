// The style sheet of the element: one object for all of them, which no policy of a page forbids.
import { controlStyles } from './control.ts'
import { detailStyles } from './detail.ts'
import { gridStyles } from './grid.ts'
import { layoutStyles } from './layout.ts'
import { themeStyles } from './theme.ts'

let sheet: CSSStyleSheet | undefined

/** Gives a shadow root the styles of the inspector. */
export function adoptStyles(root: ShadowRoot): void {
  if (sheet === undefined) {
    sheet = new CSSStyleSheet()
    sheet.replaceSync([themeStyles, controlStyles, layoutStyles, gridStyles, detailStyles].join('\n'))
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet)
}
