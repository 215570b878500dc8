// TypeBox's `Type`, with types that are Standard Schemas as well.
import { Type as PlainType } from 'typebox'
import { isTypeBoxSchema, type TypeBoxSchema } from '../schema/index.ts'
import { isPlain } from './copy.ts'
import { createStandard, type TypeBoxStandard } from './standard.ts'

/**
 * TypeBox's `Type`, whose types carry `~standard` and so are Standard Schemas: `tidings/server` takes them without a bridge,
 * and treats them as `tidings` does, the conversion of strings included. A type compiles when it first validates.
 *
 * @example
 * import { defineRoute, Server } from 'tidings/server'
 * import { Type } from 'tidings/typebox'
 *
 * const greeting = defineRoute({
 *   method: 'GET',
 *   path: '/greeting',
 *   schema: { query: Type.Object({ times: Type.Integer({ default: 1 }) }) },
 *   handler: ({ query }) => 'Hello. '.repeat(query.times),
 * })
 * const server = new Server([greeting])
 * const response = await server.fetch('/greeting?times=2')
 * console.log(await response.text()) // Hello. Hello.
 */
export const Type: typeof PlainType = /* @__PURE__ */ carrying({ ...PlainType })

/** An object with the same members, except that each type that a function of it makes carries `~standard`. */
function carrying<Target extends object>(target: Target): Target {
  return new Proxy(target, {
    get: (members, name) => {
      const member: unknown = Reflect.get(members, name)
      if (typeof member !== 'function') return member
      return new Proxy(member, { apply: (make, _, given) => carry(Reflect.apply(make, members, given)) })
    },
  })
}

function carry(made: unknown): unknown {
  if (isTypeBoxSchema(made)) return withStandard(made)
  if (typeof made !== 'object' || made === null || Array.isArray(made)) return made
  // A builder makes types by its methods: `Type.Codec(type).Decode(decode).Encode(encode)`.
  if (!isPlain(made)) return carrying(made)
  // A record of types: `Type.Module({ ... })`.
  for (const member of Object.values(made)) if (isTypeBoxSchema(member)) withStandard(member)
  return made
}

/** Adds `~standard`, hidden as TypeBox's own `~kind`, unless types are frozen (its `immutableTypes`). */
function withStandard(type: TypeBoxSchema): TypeBoxSchema {
  if (Object.isExtensible(type)) Object.defineProperty(type, '~standard', { get: getStandard, configurable: true })
  return type
}

const standards = /* @__PURE__ */ new WeakMap<object, TypeBoxStandard>()

/** By `this`: TypeBox copies the properties of a type to those that it derives from it. */
function getStandard(this: TypeBoxSchema): TypeBoxStandard {
  const standard = standards.get(this) ?? createStandard(this)
  standards.set(this, standard)
  return standard
}
