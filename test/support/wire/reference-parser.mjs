// A slow event-stream parser, written straight from the steps of the standards to be compared with the fast one.

/**
 * @typedef {{ event: string | undefined, data: string, id: string | undefined }} Event
 * @typedef {{ events: Event[], ids: string[], retries: number[], comments: string[], lastEventId: string }} Reading
 */

/**
 * WHATWG HTML 9.2.5 and 9.2.6 over the whole stream at once.
 * @param {Uint8Array} bytes
 * @returns {Reading}
 */
export function parseReference(bytes) {
  /** @type {Reading} */
  const reading = { events: [], ids: [], retries: [], comments: [], lastEventId: '' }
  const buffers = { data: '', eventType: '', lastEventId: '', blockId: /** @type {string | undefined} */ (undefined) }
  for (const line of linesOf(decodeReference(bytes))) {
    if (line === '') {
      dispatch(reading, buffers)
    } else if (line.startsWith(':')) {
      reading.comments.push(line.slice(line.startsWith(': ') ? 2 : 1))
    } else if (line.includes(':')) {
      const nameEnd = line.indexOf(':')
      const value = line.slice(nameEnd + 1)
      processField(reading, buffers, line.slice(0, nameEnd), value.startsWith(' ') ? value.slice(1) : value)
    } else {
      processField(reading, buffers, line, '')
    }
  }
  // "Once the end of the file is reached, any pending data must be discarded."
  return reading
}

/**
 * The lines that have an end. `stream = [ bom ] *event`; `end-of-line = ( cr lf / cr / lf )`.
 * @param {string} text
 */
function linesOf(text) {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)
  return lines.slice(0, -1)
}

/**
 * @param {Reading} reading
 * @param {{ data: string, eventType: string, lastEventId: string, blockId: string | undefined }} buffers
 * @param {string} name
 * @param {string} value
 */
function processField(reading, buffers, name, value) {
  switch (name) {
    case 'event':
      buffers.eventType = value
      break
    case 'data':
      buffers.data += `${value}\n`
      break
    case 'id':
      if (value.includes('\0')) break
      buffers.lastEventId = value
      buffers.blockId = value
      break
    case 'retry':
      if (/^[0-9]+$/.test(value)) reading.retries.push(Math.min(Number(value), Number.MAX_SAFE_INTEGER))
      break
  }
}

/**
 * @param {Reading} reading
 * @param {{ data: string, eventType: string, lastEventId: string, blockId: string | undefined }} buffers
 */
function dispatch(reading, buffers) {
  // Step 1: the last event ID string is set to the value of the last event ID buffer.
  reading.lastEventId = buffers.lastEventId
  // Not in the standard: the block's own id.
  const { blockId } = buffers
  buffers.blockId = undefined
  if (blockId !== undefined) reading.ids.push(blockId)
  // Step 2: without data, the buffers are emptied and nothing is dispatched.
  if (buffers.data === '') {
    buffers.eventType = ''
    return
  }
  // Step 3: the last LF is removed. Steps 4 to 6: the type, if it is not empty.
  const event = buffers.eventType === '' ? undefined : buffers.eventType
  reading.events.push({ event, data: buffers.data.slice(0, -1), id: blockId })
  // Step 7.
  buffers.data = ''
  buffers.eventType = ''
}

/**
 * WHATWG Encoding 8.1.1, the UTF-8 decoder, with error mode `replacement`.
 * @param {Uint8Array} bytes
 */
export function decodeReference(bytes) {
  let text = ''
  let codePoint = 0
  let bytesSeen = 0
  let bytesNeeded = 0
  let lower = 0x80
  let upper = 0xbf
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0
    if (bytesNeeded === 0) {
      if (byte <= 0x7f) {
        text += String.fromCodePoint(byte)
      } else if (byte >= 0xc2 && byte <= 0xdf) {
        bytesNeeded = 1
        codePoint = byte & 0x1f
      } else if (byte >= 0xe0 && byte <= 0xef) {
        if (byte === 0xe0) lower = 0xa0
        if (byte === 0xed) upper = 0x9f
        bytesNeeded = 2
        codePoint = byte & 0xf
      } else if (byte >= 0xf0 && byte <= 0xf4) {
        if (byte === 0xf0) lower = 0x90
        if (byte === 0xf4) upper = 0x8f
        bytesNeeded = 3
        codePoint = byte & 0x7
      } else {
        text += '\uFFFD'
      }
      continue
    }
    if (byte < lower || byte > upper) {
      codePoint = bytesNeeded = bytesSeen = 0
      lower = 0x80
      upper = 0xbf
      text += '\uFFFD'
      // "Restore byte to ioQueue."
      index -= 1
      continue
    }
    lower = 0x80
    upper = 0xbf
    codePoint = (codePoint << 6) | (byte & 0x3f)
    bytesSeen += 1
    if (bytesSeen !== bytesNeeded) continue
    text += String.fromCodePoint(codePoint)
    codePoint = bytesNeeded = bytesSeen = 0
  }
  return bytesNeeded === 0 ? text : `${text}\uFFFD`
}
