// Frames of the protocols: one line of JSON each, with or without a name, and without an id.

/** The frame of a value that is JSON already. */
export function dataFrame(json: string): string {
  return `data: ${json}\n\n`
}

/** The frame of an event that has a name. */
export function namedFrame(name: string, json: string): string {
  return `event: ${name}\ndata: ${json}\n\n`
}

/** The frame that says that nothing follows, in protocols that have one. */
export const doneFrame = 'data: [DONE]\n\n'
