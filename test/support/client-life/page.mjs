// The suite of clients as a page: what a browser opens.
import * as tidings from 'tidings/client'
import { serveCases } from './runner.mjs'

const faces = { tidings, native: { EventSource: globalThis.EventSource } }

/** Chromium alone can say; with `--expose-gc` it says what is really held. */
function memory() {
  globalThis.gc?.()
  return performance.memory?.usedJSHeapSize
}

// Measured: Chromium takes 63 MB in before it holds a server back, Firefox and WebKit without end, whoever reads.
void serveCases(location.origin, { faces, memory, holdsBack: false })
