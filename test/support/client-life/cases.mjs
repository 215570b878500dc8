// The suite of clients: one list of cases for every runtime and every face, in nothing but portable JavaScript.
import { eventSourceCases } from './event-source.mjs'
import { streamCases } from './stream.mjs'

/** `{ name, face, run(life) }`: what is done to each client, in the order in which it is done. */
export const clientCases = [...eventSourceCases, ...streamCases]
