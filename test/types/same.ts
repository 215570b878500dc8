// What the type tests say things with.
import type { Route } from 'tidings'
import type { Returns, Streams } from 'tidings/server'

/** `true` for one and the same type, not merely for two that fit each other. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the compiler compares the two functions
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Compiles where `A` and `B` are the same type. */
export function same<A, B>(..._proof: Same<A, B> extends true ? [] : [never]): void {}

type Any = Route<string, string, unknown, unknown, unknown, unknown, unknown, unknown>
type Parts<R> =
  R extends Route<string, string, infer Params, infer Query, infer Body, infer Headers, infer Cookies, infer Result>
    ? { params: Params; query: Query; body: Body; headers: Headers; cookies: Cookies; result: Result }
    : never

/** What a route's clients hand in. */
export type Asked<R extends Any, Part extends keyof Parts<Any>> = Parts<R>[Part]
/** What a streaming route yields. */
export type Yielded<R extends Any> = Parts<R>['result'] extends Streams<infer Yield> ? Yield : never
/** What a route answers once. */
export type Returned<R extends Any> = Parts<R>['result'] extends Returns<infer Value> ? Value : never

same<{ a: 1 }, { a: 1 }>()
// @ts-expect-error The two only fit each other: `same` would prove nothing if it took this.
same<{ a: 1 }, { a: number }>()
// @ts-expect-error Nor are they the same as what knows nothing.
same<{ a: 1 }, unknown>()
