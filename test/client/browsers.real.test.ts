// The clients in the three engines, and what each engine's own EventSource makes of our server.
import { browsers } from '../support/component/browser.ts'
import { tryClients } from '../support/client-life/suite.ts'
import { describeWith } from '../support/component/component.ts'

const pageOf = (open: (url: string) => Promise<{ kill(): Promise<void> }>) => (control: string) =>
  open(`${control}/page`)

describeWith('chromium', 'the clients in Chromium', () => {
  tryClients({ start: pageOf(browsers.Chromium), hasEventSource: true })
})

describeWith('firefox-esr', 'the clients in Firefox', () => {
  tryClients({
    start: pageOf(browsers.Firefox),
    hasEventSource: true,
    differences: {
      'native EventSource: keeps trying while connections are cut':
        'Firefox closes an EventSource whose connection is cut before the head of the answer',
    },
  })
})

const encodesTwice =
  'WebKitGTK takes the bytes of a header for Latin-1 and sends them as UTF-8 (its own EventSource does not)'

describeWith('webkit2gtk-driver', 'the clients in WebKit', () => {
  describeWith('xvfb', 'on a display of its own', () => {
    tryClients({
      start: pageOf(browsers.WebKit),
      hasEventSource: true,
      differences: {
        'EventSource: carries an id beyond Latin-1 back to the server': encodesTwice,
        'stream(): carries an id beyond Latin-1 back to the server': encodesTwice,
      },
    })
  })
})
