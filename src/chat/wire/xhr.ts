// A `fetch` over XMLHttpRequest, for runtimes whose own gives a body only once it is whole, as that of React Native.
/* oxlint-disable unicorn/prefer-add-event-listener -- one listener each, and stand-ins for the class have no others */
import { toResponse } from './bare-response.ts'

/** Sends a request, and resolves at the head of its response, whose body can be read as it comes: text, in UTF-8. */
export function xhrFetch(target: string | URL | Request, init: RequestInit = {}): Promise<Response> {
  return new Promise((resolve, reject) => {
    const { method = 'GET', body, signal, credentials } = init
    const request = new XMLHttpRequest()
    const pieces = new TextPieces()
    let isOpen = false
    const open = (): void => {
      if (isOpen || request.status === 0) return
      isOpen = true
      const headers = parseHeaders(request.getAllResponseHeaders())
      resolve(toResponse({ status: request.status, headers, read: pieces.read, cancel: () => request.abort() }))
    }
    const fail = (): void => {
      signal?.removeEventListener('abort', abort)
      const error = new TypeError('The connection was lost.')
      pieces.end(error)
      reject(error)
    }
    const abort = (): void => request.abort()
    request.onreadystatechange = () => {
      // 2: the headers are here.
      if (request.readyState >= 2) open()
    }
    request.onprogress = () => pieces.add(request.responseText)
    request.onload = () => {
      signal?.removeEventListener('abort', abort)
      open()
      pieces.add(request.responseText, true)
      pieces.end()
    }
    request.onerror = fail
    request.ontimeout = fail
    request.onabort = fail
    try {
      request.open(method, target instanceof Request ? target.url : String(target))
      request.responseType = 'text'
      request.withCredentials = credentials === 'include'
      new Headers(init.headers).forEach((value, name) => request.setRequestHeader(name, value))
      if (signal?.aborted === true) return fail()
      signal?.addEventListener('abort', abort)
      request.send(typeof body === 'string' ? body : null)
    } catch (error) {
      reject(error)
    }
  })
}

/** What is new in a text that grows, piece by piece. */
class TextPieces {
  #length = 0
  #text = ''
  #isOver = false
  #error: unknown
  #wake: (() => void) | undefined

  /** `whole` is all of the text so far. */
  add(whole: string, isLast = false): void {
    // The last character may be the first half of one whose other bytes have not come.
    const end = isLast || !whole.endsWith('\uFFFD') ? whole.length : whole.length - 1
    if (end <= this.#length) return
    this.#text += whole.slice(this.#length, end)
    this.#length = end
    this.#wake?.()
  }

  end(error?: unknown): void {
    this.#isOver = true
    this.#error ??= error
    this.#wake?.()
  }

  readonly read = async (): Promise<{ readonly done: boolean; readonly value: string | undefined }> => {
    while (this.#text === '' && !this.#isOver) await new Promise<void>((resolve) => (this.#wake = resolve))
    const value = this.#text
    this.#text = ''
    if (value !== '') return { done: false, value }
    if (this.#error !== undefined) throw this.#error
    return { done: true, value: '' }
  }
}

function parseHeaders(text: string): Headers {
  const headers = new Headers()
  for (const line of text.split(/\r?\n/)) {
    const colonAt = line.indexOf(':')
    if (colonAt > 0) headers.append(line.slice(0, colonAt).trim(), line.slice(colonAt + 1).trim())
  }
  return headers
}
