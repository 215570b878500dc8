// The type of a value after it was sent as JSON.

/**
 * The type of a `T` after `JSON.stringify` and `JSON.parse`: a `Date` becomes a string, a property that may be
 * `undefined` becomes optional, functions and symbols are dropped.
 */
export type Json<T> = unknown extends T
  ? T
  : T extends string | number | boolean | null
    ? T
    : T extends { toJSON(...args: never[]): infer Made }
      ? Made extends { toJSON: unknown }
        ? unknown
        : Json<Made>
      : T extends Lost | undefined
        ? never
        : T extends readonly unknown[]
          ? { [Index in keyof T]: JsonItem<T[Index]> }
          : JsonObject<T>

type Lost = symbol | bigint | void | ((...args: never[]) => unknown)
type JsonItem<T> = unknown extends T ? T : T extends Lost | undefined ? null : Json<T>

/** Mapped inline, so that the compiler shows the properties instead of the name of a helper type. */
type JsonObject<T> = [Unsure<T>] extends [never]
  ? { [Name in keyof T as Kept<Name, T[Name]>]: Json<T[Name]> }
  : Flatten<Sure<Omit<T, Unsure<T>>> & Maybe<Pick<T, Unsure<T>>>>
/** The names of required properties that may be `undefined`: JSON leaves these out, so they become optional. */
type Unsure<T> = {
  [Name in keyof T]-?: undefined extends T[Name] ? ({} extends Pick<T, Name> ? never : Name) : never
}[keyof T]
type Sure<T> = { [Name in keyof T as Kept<Name, T[Name]>]: Json<T[Name]> }
type Maybe<T> = { [Name in keyof T as Kept<Name, T[Name]>]?: Json<T[Name]> }
type Kept<Name, Value> = Name extends symbol
  ? never
  : [Value] extends [undefined]
    ? Name
    : Value extends Lost
      ? never
      : Name
type Flatten<T> = { [Name in keyof T]: T[Name] } & {}
