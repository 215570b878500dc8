// Values as they arrive at the server.
import { TidingsError } from '../../base/index.ts'
import type { Json } from '../../chat-model/index.ts'

/**
 * What JSON makes of a value; nothing is null.
 *
 * @throws TidingsError `ERR_OPTION` for what JSON cannot hold
 */
export function toJsonValue(value: unknown): Json {
  let text: string | undefined
  try {
    text = JSON.stringify(value ?? null)
  } catch (error) {
    throw new TidingsError('ERR_OPTION', 'The output of a call must be a value that JSON can hold.', { cause: error })
  }
  const made: Json = text === undefined ? null : JSON.parse(text)
  return made
}
