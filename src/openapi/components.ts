// The schemas that a document names once, under `components`, and refers to everywhere.
import { describeValue, TidingsError } from '../base/index.ts'
import { isJsonObject, type JsonObject } from './document.ts'

const head = '#/components/schemas/'

/** By which name each reference of a schema goes in the document. */
type Scope = ReadonlyMap<string, string>

/**
 * Collects schemas, so that their references hold within the document: a `#/$defs/...` of a schema on its own would be
 * looked up at the document's root.
 */
export class Components {
  readonly #schemas = new Map<string, JsonObject>()
  /** The name under which a definition is kept, by its own name and its text. */
  readonly #names = new Map<string, string>()

  /** All schemas by name. */
  get schemas(): JsonObject {
    return Object.fromEntries(this.#schemas)
  }

  /** Keeps a schema of our own, which refers to nothing. */
  set(name: string, schema: JsonObject): void {
    this.#schemas.set(name, schema)
  }

  /**
   * The schema as it stands in the document. What it defines (`$defs`), each part with an `$id`, and itself where it refers
   * to itself, become components. `place` says where it stands, for errors; `name` is its own, if it needs one.
   *
   * @throws TidingsError `ERR_ROUTE` for a reference to what it does not define, or a type that JSON does not have
   */
  add(schema: JsonObject, name: string, place: string): JsonObject {
    if (!refersToItself(schema)) return this.#rewrite(schema, new Map(), place)
    const key = JSON.stringify(schema)
    const own = this.#names.get(key) ?? this.#freeName(name)
    this.#define(key, own, () => this.#rewrite(schema, new Map([['#', own]]), place))
    return { $ref: head + own }
  }

  /** The schema that a reference of this document leads to; any other schema is itself. */
  resolve(schema: JsonObject): JsonObject {
    const { $ref } = schema
    if (typeof $ref !== 'string' || !$ref.startsWith(head)) return schema
    const found = this.#schemas.get($ref.slice(head.length))
    return found === undefined ? schema : this.resolve(found)
  }

  #freeName(wanted: string): string {
    const name = wanted.replaceAll(/[^\w.-]/g, '_')
    let free = name
    for (let count = 2; this.#schemas.has(free); count++) free = name + count
    return free
  }

  /** Keeps what `make` makes. The name is taken before, as a definition may refer to itself. */
  #define(key: string, name: string, make: () => JsonObject): void {
    if (this.#names.has(key)) return
    this.#names.set(key, name)
    this.#schemas.set(name, {})
    this.#schemas.set(name, make())
  }

  #rewrite(schema: JsonObject, outer: Scope, place: string): JsonObject {
    const { $defs, $id, ...rest } = schema
    const scope = this.#scopeOf($defs, outer, place)
    if (typeof $id !== 'string' || $defs !== undefined) return this.#rewriteKeywords(rest, scope, place)
    const key = JSON.stringify(schema)
    const name = this.#names.get(key) ?? this.#freeName($id)
    this.#define(key, name, () => this.#rewriteKeywords(rest, scope, place))
    return { $ref: head + name }
  }

  #scopeOf($defs: unknown, outer: Scope, place: string): Scope {
    if (!isJsonObject($defs)) return outer
    const scope = new Map(outer)
    // With all of them: what a definition means depends on those that it refers to.
    const context = JSON.stringify($defs)
    const added = Object.entries($defs).flatMap(([name, definition]) => {
      if (!isJsonObject(definition)) return []
      const key = `${name} ${context}`
      const known = this.#names.get(key)
      const own = known ?? this.#freeName(name)
      scope
        .set(`#/$defs/${name}`, own)
        .set(`#/$defs/${toPointerPart(name)}`, own)
        .set(name, own)
      if (typeof definition['$id'] === 'string') scope.set(definition['$id'], own)
      if (known !== undefined) return []
      this.#names.set(key, own)
      this.#schemas.set(own, {})
      return [{ own, definition }]
    })
    for (const { own, definition } of added) {
      const { $id: _id, ...rest } = definition
      this.#schemas.set(own, this.#rewrite(rest, scope, place))
    }
    return scope
  }

  #rewriteKeywords(schema: JsonObject, scope: Scope, place: string): JsonObject {
    const inside = (part: unknown): unknown => (isJsonObject(part) ? this.#rewrite(part, scope, place) : part)
    refuseStrangeType(schema['type'], place)
    const entries = Object.entries(schema).flatMap(([keyword, value]): [string, unknown][] => {
      // `$schema` is the document's; what begins with a tilde is TypeBox's own.
      if (keyword === '$schema' || keyword.startsWith('~')) return []
      if (keyword === '$ref') return [[keyword, toReference(value, scope, place)]]
      if (ofMaps.has(keyword) && isJsonObject(value))
        return [[keyword, Object.fromEntries(Object.entries(value).map(([name, part]) => [name, inside(part)]))]]
      if (ofLists.has(keyword) && Array.isArray(value)) return [[keyword, value.map(inside)]]
      return [[keyword, ofSchemas.has(keyword) ? inside(value) : value]]
    })
    return Object.fromEntries(entries)
  }
}

/** The keywords with schemas inside (JSON Schema 2020-12, chapters 10 and 11 of Core, 8 of Validation). */
const ofMaps = new Set(['properties', 'patternProperties', 'dependentSchemas'])
const ofLists = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems'])
const ofSchemas = new Set([
  'items',
  'additionalProperties',
  'not',
  'if',
  'then',
  'else',
  'contains',
  'propertyNames',
  'unevaluatedItems',
  'unevaluatedProperties',
  'contentSchema',
])

const jsonTypes: ReadonlySet<unknown> = new Set(['null', 'boolean', 'object', 'array', 'number', 'string', 'integer'])

/** TypeBox has types of JavaScript, too: `bigint`, `undefined`, `symbol`. */
function refuseStrangeType(type: unknown, place: string): void {
  const types: readonly unknown[] = Array.isArray(type) ? type : [type]
  const strange = types.find((one) => typeof one === 'string' && !jsonTypes.has(one))
  if (strange === undefined) return
  throw new TidingsError('ERR_ROUTE', `${place} has the type ${describeValue(strange)}, which JSON does not have.`)
}

function toReference(reference: unknown, scope: Scope, place: string): string {
  const name = typeof reference === 'string' ? scope.get(reference) : undefined
  if (name !== undefined) return head + name
  throw new TidingsError('ERR_ROUTE', `${place} refers to ${describeValue(reference)}, which it does not define.`)
}

/** RFC 6901 3: a name as a part of a JSON Pointer. */
function toPointerPart(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

function refersToItself(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false
  return Object.entries(schema).some(([name, part]) => (name === '$ref' && part === '#') || refersToItself(part))
}
