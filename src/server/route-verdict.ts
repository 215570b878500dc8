// What is wrong with a route, as types: the compiler prints a sentence for a handler that does not fit its route.
import type { Mistake, NestedFault, NestedNotJson, NotJson } from '../base/index.ts'
import type { SseEvent } from '../sse/index.ts'
import type { Mismatched } from './event-schema.ts'

/** What a route without this property of its definition has in its place. */
export type Unset = undefined
/**
 * The type of the values that a handler yields. Not the inferred `Yield`, where `Result` has an iterable: for a union of
 * them that is only one. A handler that streams or answers once, by case, has the iterable in `Yield` alone.
 */
export type YieldOf<Result, Yield> = [ItemOf<Awaited<Result>>] extends [never] ? Yield : ItemOf<Awaited<Result>>
type ItemOf<Value> = Value extends AsyncIterable<infer Item> ? Item : never
type DataOf<Yield> = Yield extends SseEvent<string, infer Data> ? Data : Yield
type Empty = undefined | void
type Iterates = AsyncIterable<unknown> | Generator<unknown, unknown, never>
/** In tuples: a bare conditional on the compiler's error type is that error type again, which hides the next error. */
type IsUnknown<T> = [unknown] extends [T] ? true : false

/**
 * `unknown` for a handler that fits its `sse` (and while its type is not inferred), else a {@link Mistake} by property.
 */
export type Verdict<Sse, Yield, Result, Events> = [Sse] extends [false]
  ? [Events] extends [Unset]
    ? AnswerVerdict<Yield, Awaited<Result>>
    : { readonly schema: Mistake<'`event` is for routes with `sse: true`'> }
  : Streaming<Yield, Awaited<Result>> extends true
    ? [Events] extends [Unset]
      ? StreamVerdict<DataOf<YieldOf<Result, Yield>>>
      : StreamVerdict<DataOf<YieldOf<Result, Yield>>> & EventVerdict<YieldOf<Result, Yield>, Events>
    : { readonly sse: Mistake<'needs a handler that is an `async function*`, or that returns an AsyncIterable'> }

/** Whether any result is an iterable; an empty one (`AsyncIterable<never>`) is one. `true` while nothing is inferred. */
type Streaming<Yield, Value> = [Value] extends [AsyncIterable<unknown>]
  ? true
  : [Yield | Extract<Value, AsyncIterable<unknown>>] extends [never]
    ? false
    : true

type StreamVerdict<Data> =
  IsUnknown<Data> extends true
    ? unknown
    : [NotJson<Data> | Extract<Data, Empty>] extends [never]
      ? [NestedFault<Data>] extends [never]
        ? unknown
        : { readonly handler: Mistake<'JSON cannot hold this in what the handler yields', NestedNotJson<Data>> }
      : {
          readonly handler: Mistake<'JSON cannot hold what this handler yields', NotJson<Data> | Extract<Data, Empty>>
        }

type EventVerdict<Yield, Events> =
  IsUnknown<Yield> extends true
    ? unknown
    : [Mismatched<Yield, Events>] extends [never]
      ? unknown
      : { readonly handler: Mistake<'this yield does not fit `schema.event`', Mismatched<Yield, Events>> }

/**
 * For routes without `sse`. A handler that returns an iterable or a value by case has the iterable in `Yield` alone.
 */
type AnswerVerdict<Yield, Value> =
  IsUnknown<Value> extends true
    ? unknown
    : [Yield | Extract<Value, Iterates>] extends [never]
      ? [NotJson<Value>] extends [never]
        ? [NestedFault<Value>] extends [never]
          ? unknown
          : { readonly handler: Mistake<'JSON cannot hold this in what the handler returns', NestedNotJson<Value>> }
        : { readonly handler: Mistake<'JSON cannot hold what this handler returns', NotJson<Value>> }
      : { readonly handler: Mistake<'a handler that streams needs `sse: true`'> }
