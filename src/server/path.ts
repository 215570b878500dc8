// The parameters that a path pattern names, as types.

type Segments<Path extends string> = Path extends `${infer Head}/${infer Tail}` ? Head | Segments<Tail> : Path
type Bare<Text extends string> = Text extends `${infer Name}(${string}` ? Name : Text
type RequiredName<Segment extends string> = Segment extends `:${infer Text}`
  ? Text extends `${string}${'?' | '*'}`
    ? never
    : Text extends `${infer Name}+`
      ? Bare<Name>
      : Bare<Text>
  : Segment extends `**:${infer Name}`
    ? Name
    : never
type OptionalName<Segment extends string> = Segment extends `:${infer Name}${'?' | '*'}`
  ? Bare<Name>
  : Segment extends '*' | '**'
    ? '0'
    : never
type Flatten<T> = { [K in keyof T]: T[K] } & {}

/**
 * `/tasks/:id/stream` -> `{ id: string }`. One parameter a segment; `:a?`, `:a+`, `:a*`, `:a(re)`, `*`, `**`, `**:a`
 * as rou3 matches them.
 */
export type PathParams<Path extends string> = string extends Path
  ? { [name: string]: string }
  : Path extends `${string}${':' | '*'}${string}`
    ? Path extends `${string}${'?' | '*'}${string}`
      ? Flatten<
          { [Name in RequiredName<Segments<Path>>]: string } & { [Name in OptionalName<Segments<Path>>]?: string }
        >
      : { [Name in RequiredName<Segments<Path>>]: string }
    : {}
