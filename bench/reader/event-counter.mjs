// Counts the events of one chunked HTTP/1.1 response without decoding them: chunk framing by hand, `\n\n` by
// `Buffer.indexOf`.

const terminator = Buffer.from('\n\n')
const headEnd = '\r\n\r\n'
const lineFeed = 10
const tailBytes = 512
const lastChunk = -1

/**
 * A counter of the events in a response whose bytes are fed to it: it counts the blank lines that end an event,
 * wherever the chunk boundaries are.
 *
 * `done` is true after the last chunk; `tail` is the end of the raw bytes, to check the last event.
 * Throws unless the response is a chunked 200 with `text/event-stream`, and for bytes after its end.
 */
export class EventCounter {
  events = 0
  bytes = 0
  done = false
  tail = ''

  #state = 'head'
  #line = ''
  #remaining = 0
  #endsInLineFeed = false

  feed(buffer) {
    this.bytes += buffer.length
    this.#keepTail(buffer)
    let offset = 0
    while (offset < buffer.length) offset = this.#step(buffer, offset)
  }

  #step(buffer, offset) {
    switch (this.#state) {
      case 'data':
        return this.#readData(buffer, offset)
      case 'size':
        return this.#readSize(buffer, offset)
      case 'head':
        return this.#readHead(buffer, offset)
      default:
        throw new Error(`${buffer.length - offset} bytes after the end of the response`)
    }
  }

  #readHead(buffer, offset) {
    const before = this.#line.length
    this.#line += buffer.latin1Slice(offset, Math.min(buffer.length, offset + 4096))
    const end = this.#line.indexOf(headEnd)
    if (end === -1) return Math.min(buffer.length, offset + 4096)
    checkHead(this.#line.slice(0, end))
    this.#line = ''
    this.#state = 'size'
    return offset + end + headEnd.length - before
  }

  /** Reads the size line of a chunk; the CRLF that ends the previous chunk's data appears here as an empty line. */
  #readSize(buffer, offset) {
    const end = buffer.indexOf(lineFeed, offset)
    if (end === -1) {
      this.#line += buffer.latin1Slice(offset)
      return buffer.length
    }
    const line = (this.#line + buffer.latin1Slice(offset, end)).trim()
    this.#line = ''
    if (line !== '') this.#openChunk(line)
    else if (this.#remaining === lastChunk) this.#finish()
    return end + 1
  }

  #openChunk(line) {
    const size = Number.parseInt(line, 16)
    if (Number.isNaN(size)) throw new Error(`not a chunk size: ${JSON.stringify(line)}`)
    this.#remaining = size === 0 ? lastChunk : size
    if (size > 0) this.#state = 'data'
  }

  #readData(buffer, offset) {
    const end = Math.min(buffer.length, offset + this.#remaining)
    this.#countTerminators(buffer, offset, end)
    this.#remaining -= end - offset
    if (this.#remaining === 0) this.#state = 'size'
    return end
  }

  #countTerminators(buffer, start, end) {
    let position = start
    if (this.#endsInLineFeed && buffer[start] === lineFeed) {
      this.events += 1
      position += 1
    }
    while (position < end) {
      const found = buffer.indexOf(terminator, position)
      if (found === -1 || found + 2 > end) break
      this.events += 1
      position = found + 2
    }
    this.#endsInLineFeed = position < end && buffer[end - 1] === lineFeed
  }

  #finish() {
    this.done = true
    this.#state = 'done'
  }

  #keepTail(buffer) {
    this.tail = (this.tail + buffer.latin1Slice(Math.max(0, buffer.length - tailBytes))).slice(-tailBytes)
  }
}

function checkHead(head) {
  const lower = head.toLowerCase()
  if (!lower.startsWith('http/1.1 200 ')) throw new Error(`answered ${head.split('\r\n', 1)[0]}`)
  if (!lower.includes('\r\ncontent-type: text/event-stream')) throw new Error(`not an event stream:\n${head}`)
  if (!lower.includes('\r\ntransfer-encoding: chunked')) throw new Error(`not chunked:\n${head}`)
}
