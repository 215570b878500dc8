// The type of the path parameters, inferred from a route's path pattern.
import type { InferRouteParams } from 'rou3'

/** The characters of patterns beyond `:name`: those are parsed by the router's own type, at ten times the cost. */
type Special = '?' | '*' | '+' | '(' | '{' | '\\'
/** The characters that end a name before the end of its segment: `:name.:ext` has two names. */
type Separator = '-' | '.' | ':' | '~' | '@' | ',' | ';' | '=' | '!' | '&' | '$' | '%' | "'"

/** The union of the texts between each `:` and the end of its segment. */
type Names<Path extends string> = Path extends `${string}:${infer Name}/${infer Tail}`
  ? Name | Names<Tail>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never
type NamedParams<Path extends string, Name extends string> =
  Extract<Name, `${string}${Separator}${string}`> extends never ? { [N in Name]: string } : RouterParams<Path>

/** Makes optional keys of the parameters that rou3 types `string | undefined`: their keys can be missing. */
type RouterParams<Path extends string> =
  InferRouteParams<Path> extends infer Params
    ? Flatten<{ [N in RequiredName<Params>]: string } & { [N in OptionalName<Params>]?: string }>
    : never
type RequiredName<Params> = { [N in keyof Params]-?: undefined extends Params[N] ? never : N }[keyof Params]
/** The optional parameters, without `_`: the former name of the match of `**`, whose key rou3 itself makes optional. */
type OptionalName<Params> = {
  [N in keyof Params]-?: {} extends Pick<Params, N> ? never : undefined extends Params[N] ? N : never
}[keyof Params]
type Flatten<T> = { [K in keyof T]: T[K] } & {}

/**
 * The parameters of a path pattern: `/tasks/:id/stream` -> `{ id: string }`. Supports every pattern of rou3, as rou3
 * matches it: `:a?`, `:a+`, `:a*`, `:a(re)`, `*`, `**`, `**:a`, `:a.:b`, `{/:a}?`. A parameter without a name is
 * numbered: `/files/*` -> `{ 0?: string }`.
 */
export type PathParams<Path extends string> = string extends Path
  ? { [name: string]: string }
  : Path extends `${string}${Special}${string}`
    ? RouterParams<Path>
    : NamedParams<Path, Names<Path>>
