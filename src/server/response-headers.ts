// Headers that can be changed until the head is sent, and read at any time: `ctx.responseHeaders`, and those of an answer.
import { mistake, type Routed } from './mistake.ts'

/** A request whose answer may stand already. */
export interface Answerable extends Routed {
  /** Whether the head has been sent, or is about to be. */
  readonly isAnswered: boolean
}

/**
 * Refuses a header that would come too late.
 *
 * @throws TidingsError `ERR_ROUTE` once the head has been sent. `what` is the header, in words.
 */
export function refuseAfterHead(ctx: Answerable, what: string): void {
  if (ctx.isAnswered) throw mistake(ctx, `the head has been sent: set ${what} before the first event.`)
}

/** Standard `Headers`, whose `append`, `delete` and `set` throw TidingsError `ERR_ROUTE` once the head has been sent. */
export function createResponseHeaders(ctx: Answerable): Headers {
  return new ResponseHeaders(ctx)
}

// Not exported: without the library DOM, `Headers` is declared with properties, which the methods in a declaration would not fit.
class ResponseHeaders extends Headers {
  readonly #ctx: Answerable

  constructor(ctx: Answerable) {
    super()
    this.#ctx = ctx
  }

  override append(name: string, value: string): void {
    refuseAfterHead(this.#ctx, `the header ${name}`)
    super.append(name, value)
  }

  override delete(name: string): void {
    refuseAfterHead(this.#ctx, `the header ${name}`)
    super.delete(name)
  }

  override set(name: string, value: string): void {
    refuseAfterHead(this.#ctx, `the header ${name}`)
    super.set(name, value)
  }
}

/**
 * Makes the headers of an answer, which has been sent, refuse changes, as `ctx.responseHeaders` does: nobody would get them.
 * Own properties, as a response of the platform brings headers of its own.
 */
export function sealHeaders(headers: Headers, { routeName }: Routed): void {
  const refuse = (name: string): void => refuseAfterHead({ routeName, isAnswered: true }, `the header ${name}`)
  for (const method of ['append', 'delete', 'set'])
    Object.defineProperty(headers, method, { value: refuse, configurable: true })
}
