// The types of values that JSON cannot hold, found by the compiler; `toJson` refuses the same values at run time.

declare const mistake: unique symbol
/** A compile-time error: the type that the compiler prints for what is invalid. No value has this type. */
export interface Mistake<Message extends string, Found = never> {
  readonly [mistake]: [Message, Found]
}

/**
 * Values that JSON cannot hold or turns into `{}`. Matched by shape, so that `ReadonlyMap`, `FormData`, `Buffer` and
 * iterators match.
 */
type NotJsonShape =
  | bigint
  | symbol
  | ((...args: never[]) => unknown)
  | { has(key: never): boolean; forEach(visit: never): void; readonly toJSON?: never }
  | { has(key: never): boolean; delete(key: never): boolean; readonly toJSON?: never }
  | { next(...args: never[]): unknown; [Symbol.iterator](): unknown; readonly toJSON?: never }
  | { readonly byteLength: number; slice(start: number): unknown }
  | ArrayBufferView
  | (RegExp & { readonly toJSON?: never })
  | AsyncIterable<unknown>
  | PromiseLike<unknown>

/** An error, or plain data with a name and a message; which of the two, `keyof` tells. */
type ErrorShape = { readonly name: string; readonly message: string; readonly toJSON?: never }
/** `Data` where it is an error. Recognised by `stack` and `cause`: `name` and `message` alone may be ordinary data. */
type ErrorIn<Data> = Data extends ErrorShape ? ('stack' | 'cause' extends keyof Data ? Data : never) : never

/** The members of `Data` that JSON cannot hold. */
export type NotJson<Data> = Extract<Data, NotJsonShape> | ErrorIn<Data>

/**
 * `never`, or `any` where a property or an element of `Data`, one level deep, is what JSON cannot hold. `any` and `unknown`
 * pass, and so does a type parameter, of which nothing is known. Test it by `[NestedFault<Data>] extends [never]` itself,
 * not by an alias for that: see {@link Fault}.
 */
export type NestedFault<Data> = [Data] extends [Leaf | { readonly [name: string]: Plain } | readonly Plain[]]
  ? never
  : NestedFaultIn<Data>
/**
 * What can be told at once, by one comparison, which spares most routes the look at each property. Interfaces and
 * classes do not match the last kind: the compiler gives an index signature to anonymous types alone.
 */
type Plain = Leaf | readonly unknown[] | { readonly [name: string]: unknown }
type Leaf = string | number | boolean | null | undefined | Date
type NestedFaultIn<Data> = Data extends Sealed
  ? never
  : Data extends readonly (infer Item)[]
    ? Fault<Item>
    : Data extends object
      ? { [Name in keyof Data]-?: Fault<Data[Name]> }[keyof Data]
      : never
/** Objects whose properties are not what is sent: those with a JSON form of their own, and a `Response`. */
type Sealed = { readonly toJSON: unknown } | { readonly bodyUsed: boolean; clone(): unknown }

/**
 * `never`, or `any` for a fault. It has to be `any`: of a conditional type that it must put off, because `Value` is a
 * type parameter, the compiler then takes the other branch for the whole, and functions that make routes compile.
 */
// oxlint-disable typescript/no-explicit-any -- see above
type Fault<Value> = Value extends NotJsonShape
  ? 0 extends 1 & Value
    ? never
    : any
  : Value extends ErrorShape
    ? 'stack' | 'cause' extends keyof Value
      ? string extends keyof Value
        ? never
        : any
      : never
    : never
// oxlint-enable typescript/no-explicit-any

/** The properties and elements that {@link NestedFault} finds, for the compiler to print. */
export type NestedNotJson<Data> = Data extends unknown
  ? [NestedFaultIn<Data>] extends [never]
    ? never
    : Data extends readonly (infer Item)[]
      ? readonly NotJson<Item>[]
      : Flatten<{ [Name in keyof Data as [NotJson<Data[Name]>] extends [never] ? never : Name]: NotJson<Data[Name]> }>
  : never
type Flatten<T> = { [Name in keyof T]: T[Name] } & {}
