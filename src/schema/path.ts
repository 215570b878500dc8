// The parameters that a path pattern names, as types.
import type { InferRouteParams } from 'rou3'

/** What makes a pattern more than names: the router's own type then reads it letter by letter, at ten times the cost. */
type Special = '?' | '*' | '+' | '(' | '{' | '\\'
/** What ends a name before its segment does: `:name.:ext` is two names. */
type Separator = '-' | '.' | ':' | '~' | '@' | ',' | ';' | '=' | '!' | '&' | '$' | '%' | "'"

/** What stands between each `:` and the end of its segment. */
type Names<Path extends string> = Path extends `${string}:${infer Name}/${infer Tail}`
  ? Name | Names<Tail>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never
type Plain<Path extends string, Name extends string> =
  Extract<Name, `${string}${Separator}${string}`> extends never ? { [N in Name]: string } : Read<Path>

/** rou3 says `string | undefined` of an optional parameter. Its key is missing then, and a caller may leave it out. */
type Read<Path extends string> =
  InferRouteParams<Path> extends infer Params
    ? Flatten<{ [N in RequiredName<Params>]: string } & { [N in OptionalName<Params>]?: string }>
    : never
type RequiredName<Params> = { [N in keyof Params]-?: undefined extends Params[N] ? never : N }[keyof Params]
/** All but one whose key is optional to rou3 as well: `_`, the old name of what `**` matched. */
type OptionalName<Params> = {
  [N in keyof Params]-?: {} extends Pick<Params, N> ? never : undefined extends Params[N] ? N : never
}[keyof Params]
type Flatten<T> = { [K in keyof T]: T[K] } & {}

/**
 * `/tasks/:id/stream` -> `{ id: string }`; every pattern of rou3, as it matches it: `:a?`, `:a+`, `:a*`, `:a(re)`,
 * `*`, `**`, `**:a`, `:a.:b`, `{/:a}?`. What has no name has a number: `/files/*` -> `{ 0?: string }`.
 */
export type PathParams<Path extends string> = string extends Path
  ? { [name: string]: string }
  : Path extends `${string}${Special}${string}`
    ? Read<Path>
    : Plain<Path, Names<Path>>
