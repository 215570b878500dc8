// The option `channels` of all that observes channels.
import { TidingsError, type OptionCheck } from '../base/index.ts'

/** Checks a list of what `createChannels()` returns. */
export const channelsCheck: OptionCheck = (name, value) => {
  if (value === undefined) return
  if (
    Array.isArray(value) &&
    value.every((item: unknown) => typeof Reflect.get(Object(item), 'observe') === 'function')
  )
    return
  throw new TidingsError('ERR_OPTION', `${name} must be a list of what createChannels() returns.`)
}
