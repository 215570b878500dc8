// What has come of a stream() once it is over.

/** All its events. */
export async function all<Event>(events: AsyncIterable<Event>): Promise<Event[]> {
  const got: Event[] = []
  for await (const event of events) got.push(event)
  return got
}

/** What it throws; its events, if it does not. */
export async function failure(events: AsyncIterable<unknown>): Promise<unknown> {
  try {
    return await all(events)
  } catch (error) {
    return error
  }
}

export const dataOf = (events: { data: unknown }[]): unknown[] => events.map(({ data }) => data)

/** `retry`: comes back at once. */
export const soon = { minMs: 1, maxMs: 1 }
