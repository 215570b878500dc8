// The rules for a topic's name.
import { describeValue, TidingsError } from '../base/index.ts'

const maxLength = 256

/**
 * Checks a topic's name.
 *
 * @throws TidingsError `ERR_TOPIC` for a name that is empty, too long, or has control characters or lone surrogates
 */
export function checkTopic(name: string): void {
  if (typeof name === 'string' && name !== '' && name.length <= maxLength && isPrintable(name)) return
  const rule = `1 to ${maxLength} characters, no control characters and no lone surrogates`
  throw new TidingsError('ERR_TOPIC', `A topic's name must have ${rule}: ${describeValue(name)}`)
}

function isPrintable(name: string): boolean {
  return !/[\p{Cc}\p{Cs}]/u.test(name)
}
