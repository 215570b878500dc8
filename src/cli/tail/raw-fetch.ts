// `--raw`: the bytes of a stream as they arrive, printed on their way to the parser.
import { streamTypeOf } from '../../client/internal.ts'

/** A `fetch` that hands each chunk of a stream's body to `print` first, and waits for it. Other answers pass as they are. */
export function createRawFetch(print: (chunk: Uint8Array) => Promise<void>): typeof fetch {
  return async (target, init) => {
    const response = await fetch(target, init)
    const { body, ok, headers } = response
    if (body === null || !ok || streamTypeOf(headers.get('content-type')) === undefined) return response
    const tap = new TransformStream<Uint8Array, Uint8Array>({
      async transform(chunk, controller) {
        await print(chunk)
        controller.enqueue(chunk)
      },
    })
    return new Response(body.pipeThrough(tap), response)
  }
}
