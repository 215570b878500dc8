// What a topic may be called.
import { describeValue, TidingsError } from '../base/index.ts'

const longest = 256

/** @throws TidingsError `ERR_TOPIC` for a name that is empty, too long, or holds control characters or lone surrogates. */
export function checkTopic(name: string): void {
  if (typeof name === 'string' && name !== '' && name.length <= longest && isPrintable(name)) return
  throw new TidingsError(
    'ERR_TOPIC',
    `A topic's name must have 1 to ${longest} characters, none of them a control character: ${describeValue(name)}`,
  )
}

function isPrintable(name: string): boolean {
  return !/[\p{Cc}\p{Cs}]/u.test(name)
}
