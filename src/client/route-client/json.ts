// What is left of a value that was sent as JSON, as types.

/** What JSON makes of a `T`: a `Date` is a string, what may be `undefined` may be missing, functions and symbols are gone. */
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

/** Written out, so that the compiler shows what it is instead of a name of ours. */
type JsonObject<T> = [Unsure<T>] extends [never]
  ? { [Name in keyof T as Kept<Name, T[Name]>]: Json<T[Name]> }
  : Flatten<Sure<Omit<T, Unsure<T>>> & Maybe<Pick<T, Unsure<T>>>>
/** The names of what is always there and may be `undefined`: the name is missing then. */
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
