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
      : T extends NotInJson | undefined
        ? never
        : T extends readonly unknown[]
          ? { [Index in keyof T]: JsonItem<T[Index]> }
          : JsonObject<T>

type NotInJson = symbol | bigint | void | ((...args: never[]) => unknown)
type JsonItem<T> = unknown extends T ? T : T extends NotInJson | undefined ? null : Json<T>

/** Mapped inline, so that the compiler shows the properties instead of the name of a helper type. */
type JsonObject<T> = [UndefinedKeys<T>] extends [never]
  ? { [Name in keyof T as JsonKey<Name, T[Name]>]: Json<T[Name]> }
  : Flatten<JsonProperties<Omit<T, UndefinedKeys<T>>> & OptionalJsonProperties<Pick<T, UndefinedKeys<T>>>>
/** The names of required properties that may be `undefined`: JSON leaves these out, so they become optional. */
type UndefinedKeys<T> = {
  [Name in keyof T]-?: undefined extends T[Name] ? ({} extends Pick<T, Name> ? never : Name) : never
}[keyof T]
type JsonProperties<T> = { [Name in keyof T as JsonKey<Name, T[Name]>]: Json<T[Name]> }
type OptionalJsonProperties<T> = { [Name in keyof T as JsonKey<Name, T[Name]>]?: Json<T[Name]> }
type JsonKey<Name, Value> = Name extends symbol
  ? never
  : [Value] extends [undefined]
    ? Name
    : Value extends NotInJson
      ? never
      : Name
type Flatten<T> = { [Name in keyof T]: T[Name] } & {}
