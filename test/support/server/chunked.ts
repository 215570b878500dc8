// RFC 9112 7.1, strictly: what a chunked body holds, chunk by chunk. Bytes are latin1 characters.

/** Splits a whole response into its head and its chunks. Throws for framing that is not to the letter, and for an unfinished body. */
export function parseChunked(response: string): {
  readonly head: string
  readonly chunks: string[]
  readonly rest: string
} {
  const end = response.indexOf('\r\n\r\n') + 4
  const chunks: string[] = []
  let at = end
  for (;;) {
    const line = /^([0-9a-f]+)\r\n/i.exec(response.slice(at, at + 20))
    if (line?.[1] === undefined)
      throw new Error(`No chunk size at ${at}: ${JSON.stringify(response.slice(at, at + 40))}`)
    const size = Number.parseInt(line[1], 16)
    const from = at + line[0].length
    at = from + size + 2
    if (response.slice(from + size, at) !== '\r\n')
      throw new Error(`A chunk of ${size} bytes does not end at ${from + size}`)
    if (size === 0) return { head: response.slice(0, end), chunks, rest: response.slice(at) }
    chunks.push(response.slice(from, from + size))
  }
}
