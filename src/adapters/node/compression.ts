// Compression of streams: every write is flushed, so that no event waits in the compressor.
import { constants, createBrotliCompress, createGzip, type BrotliCompress, type Gzip } from 'node:zlib'
import type { Sink, SinkSource } from '../../server/internal.ts'
import type { NodeResponse } from './response.ts'
import { linger } from './sink.ts'

/** The content codings of compressed streams. */
export type Encoding = 'br' | 'gzip'

/**
 * The coding with the highest weight in `Accept-Encoding` (RFC 9110 12.5.3), `br` of equal ones; `undefined` for none.
 */
export function chooseEncoding(acceptEncoding: string | undefined): Encoding | undefined {
  const weights = new Map((acceptEncoding ?? '').split(',').map(toWeight))
  const weightOf = (encoding: Encoding): number => weights.get(encoding) ?? weights.get('*') ?? 0
  const best = weightOf('br') >= weightOf('gzip') ? 'br' : 'gzip'
  return weightOf(best) > 0 ? best : undefined
}

function toWeight(text: string): [string, number] {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const weight = parameters.find((parameter) => parameter.startsWith('q='))
  return [name, weight === undefined ? 1 : Number(weight.slice(2))]
}

/** A sink that compresses what it writes to `response`. A stream writes once a turn, so there is one flush a turn. */
export function createCompressedSink(encoding: Encoding, response: NodeResponse, source: SinkSource): Sink {
  const compressor = createCompressor(encoding)
  const sink = response.createSink(compressor)
  compressor.on('data', (chunk: Uint8Array) => {
    if (!sink.writeBytes(chunk)) compressor.pause()
  })
  compressor.on('drain', () => source.resume())
  compressor.on('end', () => sink.end(''))
  // A compressor fails only when it is destroyed before its end, which `close` does.
  compressor.on('error', () => {})
  response.watchClose(() => compressor.destroy())
  return {
    write: (frames) => compressor.write(frames),
    writeBytes: (frames) => compressor.write(frames),
    get bufferedBytes() {
      return compressor.writableLength + compressor.readableLength + sink.bufferedBytes
    },
    end: (frames) => {
      compressor.end(frames)
      // A reader that takes nothing keeps the compressor from ever coming to its own end.
      linger(response)
    },
    leave: () => compressor.destroy(),
  }
}

// Small windows: an event repeats parts of the events right before it, and every open stream pays for its window.
function createCompressor(encoding: Encoding): BrotliCompress | Gzip {
  if (encoding === 'gzip') return createGzip({ flush: constants.Z_SYNC_FLUSH, level: 6, windowBits: 13, memLevel: 7 })
  return createBrotliCompress({
    flush: constants.BROTLI_OPERATION_FLUSH,
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 4,
      [constants.BROTLI_PARAM_LGWIN]: 15,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    },
  })
}
