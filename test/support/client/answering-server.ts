// A server that answers the first request with the first cassette, and so on: in whole, cut off, held open or with a status.
import { onTestFinished } from 'vitest'
import { createCassette, type CreateCassetteOptions, type Take } from '../../../src/testing/index.ts'
import { streamServer, type StreamServer } from '../../../src/testing-node/index.ts'

export const sseType = 'text/event-stream; charset=utf-8'
export const tidingsType = `${sseType}; tidings=1`
export const theEnd = 'event: tidings:end\nid: 9~end\ndata: {}\n\n'

/** Answers until the test is over; the last answer is that of all further requests. */
export async function answering(...answers: readonly Take[]): Promise<StreamServer> {
  const last = answers.at(-1)
  if (last === undefined) throw new Error('There is nothing to answer with.')
  const server = await streamServer(({ count }) => answers[count] ?? last)
  onTestFinished(() => server.close())
  return server
}

/** Sends the body, and ends. */
export const whole = (body: string, type = sseType): Take => playing(body, { headers: { 'content-type': type } })

/** Sends the body and breaks off. */
export const cut = (body: string, type = tidingsType): Take =>
  playing(body, { headers: { 'content-type': type }, end: 'cut' })

/** Sends the body, and nothing behind it. */
export const held = (body: string, type = tidingsType): Take => ({
  ...whole(body, type),
  stall: new TextEncoder().encode(body).byteLength,
})

/** No stream. */
export const status = (code: number, headers: Record<string, string> = {}, body = ''): Take =>
  playing(body, { status: code, headers })

function playing(body: string, options: CreateCassetteOptions): Take {
  return { cassette: createCassette(body === '' ? [] : [body], options) }
}
