// What cannot be yielded, and the words for it.
import { describeValue } from '../../base/index.ts'
import { isFields } from './fields.ts'

const hint = 'return it, `yield*` it, or pass it to `chat.merge` or `chat.collect`'

/** Why a value can be returned only, with what to do; `undefined` where it may be yielded. Reads no field: getters of streams have effects. */
export function refusedYield(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  try {
    return refusal(value)
  } catch {
    // A proxy that refuses to be asked is no stream.
    return undefined
  }
}

/** A value that nothing recognises, for an error message: its type and its keys, never what is in them. */
export function describeUnknown(value: unknown): string {
  if (!isFields(value)) return Array.isArray(value) ? `a list of ${value.length}` : describeValue(value)
  try {
    const keys = Object.keys(value)
    const names = keys.slice(0, 10).map((key) => JSON.stringify(key.slice(0, 40)))
    const more = keys.length > 10 ? `, and ${keys.length - 10} more` : ''
    if (keys.length === 0) return 'an object without keys'
    return `an object${typeOf(value)} with the keys ${names.join(', ')}${more}`
  } catch {
    // A getter or a proxy that throws.
    return 'an object that cannot be read'
  }
}

function typeOf({ type }: { readonly [name: string]: unknown }): string {
  return typeof type === 'string' ? ` of the type ${JSON.stringify(type.slice(0, 60))}` : ''
}

function refusal(value: object): string | undefined {
  if ('fullStream' in value || ('stream' in value && ('textStream' in value || !('type' in value)))) {
    return `The result of streamText was yielded: ${hint}, or \`yield*\` its \`stream\` (\`fullStream\` before ai 7).`
  }
  if ('then' in value && typeof value.then === 'function') return 'A promise was yielded: await it first.'
  const tag = Object.prototype.toString.call(value)
  if (tag === '[object Response]') return 'A Response was yielded: return it.'
  if (tag === '[object ReadableStream]') return `A ReadableStream was yielded: ${hint}.`
  return Symbol.asyncIterator in value ? `An async iterable was yielded: ${hint}.` : undefined
}
