// The answer of a fetch function that is not a server's own, for the runtimes that send a `Response` by themselves.
import { print } from '../../base/index.ts'
import { checkAnswer, Reply, withoutFraming } from '../../server/internal.ts'
import type { Fetch } from './options.ts'

/**
 * Calls `fetch`, and returns what it answers, without the headers that only a runtime may set. An error is printed and
 * answered 500: Bun would show a page of its own, with paths and source text.
 */
export async function answerForeign(fetch: Fetch, request: Request, host: unknown): Promise<Response> {
  try {
    const answer = withoutFraming(checkAnswer(await fetch(request, host)), request.method)
    return answer instanceof Reply ? answer.toResponse() : answer
  } catch (error) {
    print(error)
    return new Response(null, { status: 500 })
  }
}
