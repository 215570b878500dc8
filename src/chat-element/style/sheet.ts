// The style sheet of the element: one object for all of them, which no policy of a page forbids.
import { composerStyles } from './composer.ts'
import { layoutStyles } from './layout.ts'
import { markdownStyles } from './markdown.ts'
import { messageStyles } from './message.ts'
import { partStyles } from './part.ts'
import { themeStyles } from './theme.ts'

const styles = [themeStyles, layoutStyles, messageStyles, partStyles, markdownStyles, composerStyles]

let sheet: CSSStyleSheet | undefined

/** Gives a shadow root the styles of the chat. */
export function adoptStyles(root: ShadowRoot): void {
  if (sheet === undefined) {
    sheet = new CSSStyleSheet()
    sheet.replaceSync(styles.join('\n'))
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet)
}
