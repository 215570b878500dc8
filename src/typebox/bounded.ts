// A copy of a refused value, in which TypeBox goes straight to what is wrong with its lists.
import { IsArray, IsObject, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Settings } from 'typebox/system'
import { isPlain } from './copy.ts'

/** Makes the copy of one value. */
type Bound = (value: unknown) => unknown

/**
 * Creates the copies of values that `schema` refuses: plain objects and lists, deeply. TypeBox keeps 8 errors (its
 * `Settings`), but walks every list to its last item, uncompiled; and for items that have to be unique it copies the list
 * of repeated ones with each that it finds, which makes 500,000 equal items a matter of minutes. In the copy these two
 * walks see as many items as there can be errors; the errors are the same.
 */
export function createBound(schema: TSchema): Bound {
  if (IsArray(schema)) {
    const boundItem = createBound(schema.items)
    const isRight = isSimple(schema) ? compileCheck(schema.items) : undefined
    return (value) => (Array.isArray(value) ? boundList(value, boundItem, isRight) : boundAny(value))
  }
  if (!IsObject(schema)) return boundAny
  const bounds = new Map(Object.entries(schema.properties).map(([name, part]) => [name, createBound(part)]))
  return (value) => (isPlain(value) ? boundObject(value, (name) => bounds.get(name) ?? boundAny) : boundAny(value))
}

/** The copy of a value whose schema is not known: one of a union, say. */
function boundAny(value: unknown): unknown {
  if (Array.isArray(value)) return boundList(value, boundAny, undefined)
  return isPlain(value) ? boundObject(value, () => boundAny) : value
}

function boundObject(value: Readonly<Record<string, unknown>>, boundOf: (name: string) => Bound): unknown {
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, boundOf(name)(part)]))
}

type Visit = (item: unknown, index: number) => void
type Reduce = (result: unknown, item: unknown, index: number) => unknown

/** A list with the methods of its own with which TypeBox looks for wrong items, and for repeated ones. */
function boundList(
  items: readonly unknown[],
  boundItem: Bound,
  isRight: ((item: unknown) => boolean) | undefined,
): readonly unknown[] {
  const most = Settings.Get().maxErrors
  const reduce = (next: Reduce, initial: unknown): unknown => {
    let result = initial
    // A list of repeated items is one error, however long it is.
    for (let index = 0; index < items.length && !isFull(result, most); index += 1) {
      result = next(result, items[index], index)
    }
    return result
  }
  const wrong = isRight === undefined ? [] : findWrong(items, isRight, most)
  const forEach = (visit: Visit): void => {
    for (const index of wrong) visit(boundItem(items[index]), index)
  }
  const copy = isRight === undefined ? items.map(boundItem) : items.slice()
  Object.defineProperty(copy, 'reduce', { value: reduce })
  return wrong.length === 0 ? copy : Object.defineProperty(copy, 'forEach', { value: forEach })
}

/** Where the first `most` wrong items are: each of them is an error at least. */
function findWrong(items: readonly unknown[], isRight: (item: unknown) => boolean, most: number): number[] {
  const found: number[] = []
  for (let index = 0; index < items.length && found.length < most; index += 1) {
    if (index in items && !isRight(items[index])) found.push(index)
  }
  return found
}

function isFull(result: unknown, most: number): boolean {
  return Array.isArray(result) && result.length >= most
}

/** What a list's schema may say besides its items, so that wrong items can be told by themselves. */
const simple =
  /^(type|items|minItems|maxItems|uniqueItems|title|description|default|examples|~kind|~optional|~readonly)$/

function isSimple(schema: TSchema): boolean {
  const { items, ...own }: { readonly items?: unknown } = schema
  return Reflect.ownKeys(own).every((name) => typeof name === 'string' && simple.test(name)) && !refersElsewhere(items)
}

/** Whether a schema needs the one that it is in. */
function refersElsewhere(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false
  return Object.entries(schema).some(([name, part]) => name.includes('$') || refersElsewhere(part))
}

function compileCheck(schema: TSchema): (item: unknown) => boolean {
  const compiled = Compile(schema)
  return (item) => compiled.Check(item)
}
