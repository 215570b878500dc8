// inspector-page: the script of the inspector's page. It reads the records of its server and shows them.
import { Inspection, isInspectorRecord } from '../inspector-model/index.ts'
import { defineInspectorElement, TidingsInspectorElement } from '../inspector-view/index.ts'

/** The page's own address: what it needs is below it. */
const base = location.href.replace(/[?#].*$/, '').replace(/\/$/, '')

defineInspectorElement()
const element = new TidingsInspectorElement()
element.onReplay = async ({ id }) => {
  const url = `${base}/replay/${encodeURIComponent(id)}`
  await navigator.clipboard.writeText(url)
  element.notice = `Copied: ${url}. Any client that reads it is sent the stream again, at its own pace (?speed=10 for ten times that).`
}
const sheet = new CSSStyleSheet()
sheet.replaceSync(
  'body { margin: 0 } tidings-inspector { height: 100dvh } h1 { position: absolute; clip-path: inset(50%); margin: 0 }',
)
document.adoptedStyleSheets = [sheet]
document.body.append(pageOf(element))

const source = new EventSource(`${base}/records`)
source.addEventListener('open', () => {
  // The server tells everything anew.
  element.inspection = new Inspection({ maxStreams: 10_000 })
  element.notice = ''
})
source.addEventListener('message', ({ data }) => {
  const record: unknown = JSON.parse(String(data))
  if (isInspectorRecord(record)) element.add(record)
})
source.addEventListener('error', () => {
  element.notice =
    source.readyState === EventSource.CLOSED
      ? 'The server refuses to be inspected. Load the page again once it lets you in.'
      : 'The server does not answer. What is shown is from before; it is asked again.'
})

/** What says to those who do not see it what the page is. */
function pageOf(content: HTMLElement): HTMLElement {
  const main = document.createElement('main')
  const heading = document.createElement('h1')
  heading.textContent = document.title
  main.append(heading, content)
  return main
}
