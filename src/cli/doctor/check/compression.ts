// Whether a reader that takes compression, as every browser does, gets events as soon as one that does not.
import { defineCheck, ok, quote, type Check, type Observation } from '../finding.ts'
import { dataEvents, isAnswered, momentsOf, type Exchange } from '../wire/exchange.ts'

type Code = 'unasked' | 'holds-back' | 'fails' | 'live' | 'none'

/** Compares the reading that took `gzip, br` with the one that took neither. */
export const compressionCheck: Check = defineCheck<Code>({
  name: 'compression',
  verdicts: {
    unasked: {
      level: 'fault',
      title: 'The stream is compressed although the request does not take it',
      why: 'The request said `Accept-Encoding: identity`. Clients that do not decompress read noise.',
      mend: 'Compress only what `Accept-Encoding` takes.',
    },
    'holds-back': {
      level: 'fault',
      title: 'Compression holds events back',
      why: 'A compressor collects what it is given until it has a block worth packing. Browsers always take compression, so their readers wait while `curl` sees nothing of it.',
      mend: 'Send `Cache-Control: no-transform`, leave `text/event-stream` out of what is compressed (nginx: `gzip_types`), or flush the compressor after each event.',
    },
    fails: {
      level: 'fault',
      title: 'A reader that takes compression gets no stream',
      why: 'The same request with `Accept-Encoding: gzip, br` was not answered like the one without.',
      mend: 'Answer alike, or leave the stream uncompressed.',
    },
    live: ok('The stream is compressed, and events arrive as soon as without'),
    none: ok('The stream is not compressed'),
  },
  look: ({ plain, packed }) => {
    const unasked = codingOf(plain)
    if (unasked !== undefined) return [{ code: 'unasked', evidence: `Content-Encoding: ${quote(unasked)}` }]
    return [compare(plain, packed)]
  },
})

function codingOf({ headers }: Exchange): string | undefined {
  const coding = headers.get('content-encoding')
  return coding === undefined || coding === 'identity' ? undefined : coding
}

function compare(plain: Exchange, packed: Parameters<typeof isAnswered>[0]): Observation<Code> {
  if (!isAnswered(packed)) {
    const coming = `no head after ${Math.round(packed.afterMs)} ms, without compression after ${Math.round(plain.headMs)} ms`
    return { code: packed.failure === 'timeout' ? 'holds-back' : 'fails', evidence: `${packed.failure}: ${coming}` }
  }
  if (packed.status !== plain.status) return { code: 'fails', evidence: `status ${packed.status}` }
  const coding = codingOf(packed)
  if (coding === undefined) return { code: 'none', evidence: 'no Content-Encoding for `Accept-Encoding: gzip, br`' }
  const [live, seen] = [dataEvents(plain.events), dataEvents(packed.events)]
  const evidence = `${coding}: ${seen.length} events at ${momentsOf(seen)} moments; without: ${live.length} at ${momentsOf(live)}`
  const isHeld = momentsOf(live) >= 3 && momentsOf(seen) <= momentsOf(live) / 3
  return { code: isHeld || (live.length > 1 && seen.length === 0) ? 'holds-back' : 'live', evidence }
}
