// Files in the content of a message: their addresses, and what kind they are.
import type { ChatPart } from '../../chat-model/index.ts'

/** A file by its address. The type stands in a `data:` url; of another address only its family is known. */
export function fileOf(url: string, family: string, filename?: string): ChatPart {
  const mediaType = /^data:([^;,]+)/i.exec(url)?.[1] ?? family
  return { type: 'file', url, mediaType, ...(filename === undefined ? {} : { filename }) }
}

/** A file whose bytes stand in the request. */
export function dataFile(base64: string, mediaType: string, filename?: string): ChatPart {
  return fileOf(`data:${mediaType};base64,${base64}`, mediaType, filename)
}
