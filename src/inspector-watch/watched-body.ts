// The body of an answer, and what passes through it told.
import { redactParameters } from '../inspector-model/index.ts'
import type { Telling } from './tell.ts'

/**
 * A body with the same bytes, read from the other one only when it is read itself: a slow reader holds the server back as
 * it did before. A reader that leaves, a call that is aborted and a connection that breaks are passed on as they are.
 */
export function watchBody(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  telling: Telling,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader()
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const source = {
    start: (controller: Controller): void => {
      // An abort is heard at once, also by a reader that does not read at the moment.
      reader.closed.catch((error: unknown) => {
        endBy(error, telling)
        controller.error(error)
      })
    },
    pull: async (controller: Controller): Promise<void> => {
      const chunk = await readSome(reader)
      if (chunk === undefined) return close(controller, telling)
      telling.wrote(decoder.decode(chunk, { stream: true }), chunk.byteLength)
      controller.enqueue(chunk)
    },
    cancel: (reason: unknown): Promise<void> => {
      telling.end('left')
      return reader.cancel(reason)
    },
  }
  return toStream(source)
}

type Controller = ReadableByteStreamController | ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>

interface Source {
  readonly start: (controller: Controller) => void
  readonly pull: (controller: Controller) => Promise<void>
  readonly cancel: (reason: unknown) => Promise<void>
}

/** Of bytes, as the body of an answer is, so that it can be read into a buffer. Nothing is read ahead. */
function toStream(source: Source): ReadableStream<Uint8Array<ArrayBuffer>> {
  try {
    return new ReadableStream({ ...source, type: 'bytes' }, { highWaterMark: 0 })
  } catch {
    // Older Safari has no streams of bytes, and no bodies that are read into a buffer either.
    return new ReadableStream(source, { highWaterMark: 0 })
  }
}

/** The next bytes; no bytes at all are nothing to pass on. */
async function readSome(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return undefined
    if (value.byteLength > 0) return value
  }
}

function close(controller: Controller, telling: Telling): void {
  telling.end('complete')
  controller.close()
  // A reader that waits with a buffer of its own gets it back empty.
  if ('byobRequest' in controller) controller.byobRequest?.respond(0)
}

function endBy(error: unknown, telling: Telling): void {
  const isAbort = error instanceof Error && error.name === 'AbortError'
  telling.end(isAbort ? 'aborted' : 'interrupted', isAbort ? undefined : describe(error))
}

/** What is wrong, in words. */
export function describe(error: unknown): string {
  return redactParameters(error instanceof Error ? `${error.name}: ${error.message}` : String(error))
}
