// Messages of the person, from what an application hands over.
import { TidingsError } from '../../base/index.ts'
import type { ChatMessage, ChatPart } from '../../chat-model/index.ts'
import { newId } from '../wire/id.ts'

/** A file that has a url already. */
export interface FileLink {
  readonly url: string
  readonly mediaType: string
  readonly filename?: string | undefined
}

/** What a person says: text, files, or parts that are made already. */
export interface UserInput {
  readonly text?: string | undefined
  /** Files are sent within the message, as `data:` urls; links as they are. */
  readonly files?: readonly (Blob | FileLink)[] | undefined
  /** More parts, in front of the others. */
  readonly parts?: readonly ChatPart[] | undefined
  readonly metadata?: unknown
}

/**
 * Makes the message of what a person says: at once, where no file has to be read.
 *
 * @throws TidingsError `ERR_OPTION` for a message that says nothing
 */
export function toUserMessage(input: string | UserInput): ChatMessage | Promise<ChatMessage> {
  const { text = '', files = [], parts = [], metadata }: UserInput = typeof input === 'string' ? { text: input } : input
  if (text === '' && files.length === 0 && parts.length === 0)
    throw new TidingsError('ERR_OPTION', 'A message must have a text, files or parts.')
  const toMessage = (fileParts: readonly ChatPart[]): ChatMessage => {
    const said: ChatPart[] = text === '' ? [] : [{ type: 'text', text }]
    const made = [...parts, ...fileParts, ...said]
    return { id: newId(), role: 'user', ...(metadata !== undefined && { metadata }), parts: made }
  }
  if (files.length === 0) return toMessage([])
  return Promise.all(files.map((file) => toFilePart(file))).then(toMessage)
}

async function toFilePart(file: Blob | FileLink): Promise<ChatPart> {
  if ('url' in file) {
    const { url, mediaType, filename } = file
    return { type: 'file', url, mediaType, ...(filename !== undefined && { filename }) }
  }
  const mediaType = file.type || 'application/octet-stream'
  const { name }: { name?: unknown } = Object(file)
  const bytes = new Uint8Array(await file.arrayBuffer())
  const url = `data:${mediaType};base64,${toBase64(bytes)}`
  return { type: 'file', url, mediaType, ...(typeof name === 'string' && { filename: name }) }
}

function toBase64(bytes: Uint8Array): string {
  let binary = ''
  // In pieces: a function takes only so many arguments.
  for (let start = 0; start < bytes.length; start += 8192) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 8192))
  }
  return btoa(binary)
}
