import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { defineRoute } from '../../src/server/index.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { run } from '../support/server/running.ts'
import { gate, make, post } from '../support/server/asking.ts'

const free = defineRoute({
  method: 'POST',
  path: '/free',
  handler: ({ body }) => ({ type: typeof body, body: body ?? null }),
})
const anything = { accept: ['json', 'form', 'multipart', 'text'] } as const
const open = defineRoute({
  method: 'POST',
  path: '/open',
  body: anything,
  handler: ({ body }) => ({ type: typeof body, body: body ?? null }),
})
const checked = defineRoute({
  method: 'POST',
  path: '/checked',
  body: { accept: ['json', 'form', 'multipart'] },
  schema: { body: Type.Object({ n: Type.Number(), tags: Type.Optional(Type.Array(Type.String())) }) },
  handler: ({ body }) => body,
})

const send = (contentType: string | undefined, body: RequestInit['body']): RequestInit => ({
  method: 'POST',
  ...(contentType === undefined ? {} : { headers: { 'content-type': contentType } }),
  body: body ?? null,
})

/** A body of which nobody says how long it is. */
function chunked(chunks: readonly string[]): RequestInit {
  const parts = chunks.map((chunk) => new TextEncoder().encode(chunk))
  const body = new ReadableStream({
    pull(controller) {
      const part = parts.shift()
      if (part === undefined) controller.close()
      else controller.enqueue(part)
    },
  })
  return { ...send('application/json', body), duplex: 'half' } as RequestInit
}

describe('a JSON body', () => {
  it('is parsed with and without a schema, also for +json types', async () => {
    const { ask } = make([free, checked])
    expect(await (await ask('/free', post({ a: 1 }))).json()).toMatchObject({ body: { a: 1 } })
    expect(await (await ask('/checked', post({ n: 1 }))).json()).toEqual({ n: 1 })
    expect(await (await ask('/free', send('application/vnd.api+json; charset=utf-8', '{"a":2}'))).json()).toMatchObject(
      { body: { a: 2 } },
    )
  })

  it('that is broken is 400, with and without a schema', async () => {
    const { ask, errors } = make([free, checked])
    for (const path of ['/free', '/checked']) {
      for (const bad of ['{', '{"n":}', 'undefined', '{"n":1}x', ' ']) {
        const response = await ask(path, send('application/json', bad))
        expect(response.status, `${path} ${bad}`).toBe(400)
        expect(await response.json()).toMatchObject({ code: 400, message: expect.stringContaining('JSON') })
      }
    }
    expect(errors).toEqual([])
  })

  it('that is not UTF-8 is 400', async () => {
    const response = await make([free]).ask('/free', send('application/json', new Uint8Array([0x22, 0xff, 0x22])))
    expect(response.status).toBe(400)
  })

  it('may begin with a byte order mark', async () => {
    const response = await make([free]).ask('/free', send('application/json', new Uint8Array([0xef, 0xbb, 0xbf, 0x31])))
    expect(await response.json()).toMatchObject({ body: 1 })
  })

  it('that is missing where the schema needs one is 400', async () => {
    const response = await make([checked]).ask('/checked', { method: 'POST' })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ errors: [{ in: 'body' }] })
  })

  it('cannot reach the prototype of anything', async () => {
    const response = await make([free]).ask('/free', send('application/json', '{"__proto__":{"polluted":1}}'))
    expect(response.status).toBe(200)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})

describe('a form', () => {
  it('is coerced by the schema, urlencoded', async () => {
    const { ask } = make([checked])
    const form = 'application/x-www-form-urlencoded'
    expect(await (await ask('/checked', send(form, 'n=5&tags=a&tags=b'))).json()).toEqual({ n: 5, tags: ['a', 'b'] })
    expect(await (await ask('/checked', send(form, 'n=5&tags=a'))).json()).toEqual({ n: 5, tags: ['a'] })
    expect((await ask('/checked', send(form, 'n=five'))).status).toBe(400)
  })

  it('is coerced by the schema, multipart', async () => {
    const form = new FormData()
    form.append('n', '5')
    form.append('tags', 'ä')
    expect(await (await make([checked]).ask('/checked', { method: 'POST', body: form })).json()).toEqual({
      n: 5,
      tags: ['ä'],
    })
  })

  it('brings its files', async () => {
    const route = defineRoute({
      method: 'POST',
      path: '/x',
      body: anything,
      handler: async ({ body }) => {
        const file = (body as { file: File }).file
        return { name: file.name, text: await file.text() }
      },
    })
    const form = new FormData()
    form.append('file', new File(['content'], 'a.txt'))
    expect(await (await make([route]).ask('/x', { method: 'POST', body: form })).json()).toEqual({
      name: 'a.txt',
      text: 'content',
    })
  })

  it('without a schema is its fields', async () => {
    const response = await make([open]).ask('/open', send('application/x-www-form-urlencoded', 'a=1&b=%E4%BD%A0&a=2'))
    expect(await response.json()).toMatchObject({ body: { a: ['1', '2'], b: '你' } })
  })

  it.each([
    ['multipart', new FormData()],
    ['urlencoded', new URLSearchParams()],
  ])('is an object without a prototype, so that a field may have any name (%s)', async (_kind, form) => {
    for (const [name, value] of ['a=1', '__proto__=x', 'a=2', 'toString='].map((field) => field.split('=')))
      form.append(name ?? '', value ?? '')
    if (form instanceof FormData) for (const name of ['b', 'c']) form.append('files', new File([name], name))
    const bodies: unknown[] = []
    const route = defineRoute({
      method: 'POST',
      path: '/x',
      body: anything,
      handler: ({ body }) => void bodies.push(body),
    })
    await make([route]).ask('/x', { method: 'POST', body: form })
    const files = { files: [expect.any(File), expect.any(File)] }
    const fields: object = Object.assign(Object.create(null), form instanceof FormData ? files : {})
    Object.defineProperty(fields, '__proto__', { value: 'x', enumerable: true })
    expect(bodies).toEqual([Object.assign(fields, { a: ['1', '2'], toString: '' })])
    expect(Object.getPrototypeOf(bodies[0])).toBeNull()
  })

  it('that is not of its content type is 400', async () => {
    const { ask } = make([open])
    expect((await ask('/open', send('multipart/form-data; boundary=x', 'nonsense'))).status).toBe(400)
    expect((await ask('/open', send('multipart/form-data', 'nonsense'))).status).toBe(400)
  })
})

describe('the media type', () => {
  it('text is the text', async () => {
    expect(await (await make([open]).ask('/open', send('text/plain', 'grüß'))).json()).toMatchObject({ body: 'grüß' })
  })

  it.each(['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain', undefined])(
    'is 415 where a page of another site can send it (%s), unless the route lists it',
    async (type) => {
      const strict = defineRoute({
        method: 'POST',
        path: '/strict',
        schema: { body: Type.Object({ n: Type.Number() }) },
        handler: ({ body }) => body,
      })
      // A body of bytes has no type of its own.
      const init = send(type, new TextEncoder().encode('{"n":1}'))
      const response = await make([strict]).ask('/strict', init)
      expect(response.status).toBe(415)
      expect(await response.json()).toMatchObject({ message: expect.stringContaining('send application/json.') })
    },
  )

  it('is 415 with Accept-Encoding for a coding that nobody undoes', async () => {
    for (const coding of ['gzip', 'br', 'gzip, identity']) {
      const response = await make([free]).ask('/free', post({ a: 1 }, { 'content-encoding': coding }))
      expect(response.status, coding).toBe(415)
      expect(response.headers.get('accept-encoding')).toBe('identity')
    }
    expect((await make([free]).ask('/free', post({ a: 1 }, { 'content-encoding': 'identity' }))).status).toBe(200)
  })

  it('is 415 where no schema can check it', async () => {
    const { ask } = make([checked])
    expect((await ask('/checked', send('application/octet-stream', 'x'))).status).toBe(415)
    expect((await ask('/checked', send('', new Uint8Array([1])))).status).toBe(415)
  })

  it('is the handler’s where there is no schema: it reads the request by itself', async () => {
    const route = defineRoute({
      method: 'POST',
      path: '/x',
      handler: async ({ body, request }) => ({ body: body ?? null, bytes: (await request.arrayBuffer()).byteLength }),
    })
    const response = await make([route]).ask('/x', send('application/octet-stream', new Uint8Array(7)))
    expect(await response.json()).toEqual({ body: null, bytes: 7 })
  })

  it('does not matter where there is no body', async () => {
    expect(await (await make([free]).ask('/free', { method: 'POST' })).json()).toEqual({
      type: 'undefined',
      body: null,
    })
  })
})

describe('a body that is too large', () => {
  const limits = { maxBodyBytes: 10 }

  it('is 413 by its Content-Length, before it is read', async () => {
    const { ask } = make([free, checked], limits)
    for (const path of ['/free', '/checked']) {
      const response = await ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': '11' },
        body: '"123456789"',
      })
      expect(response.status).toBe(413)
      expect(await response.json()).toMatchObject({ code: 413 })
    }
  })

  it('is 413 when it comes in chunks', async () => {
    const { ask } = make([free, checked], limits)
    for (const path of ['/free', '/checked']) expect((await ask(path, chunked(['"12345', '6789"']))).status).toBe(413)
  })

  it('is taken up to the last byte that is allowed', async () => {
    const response = await make([free], limits).ask('/free', chunked(['"12345', '678"']))
    expect(await response.json()).toMatchObject({ body: '12345678' })
  })

  it('is 413 on the wire, chunked and with a length, and the connection answers on', async () => {
    const { port } = await run([free], limits)
    const client = await RawClient.open(port)
    client.request('POST /free HTTP/1.1', ['Content-Type: application/json', 'Transfer-Encoding: chunked'])
    client.socket.write('b\r\n"123456789"\r\n0\r\n\r\n')
    await client.until('"code":413')
    client.text = ''
    client.request('POST /free HTTP/1.1', ['Content-Type: application/json', 'Content-Length: 11'])
    client.socket.write('"123456789"')
    await client.until('"code":413')
    client.text = ''
    client.request('POST /free HTTP/1.1', ['Content-Type: application/json', 'Content-Length: 3'])
    client.socket.write('"1"')
    await client.until('"body":"1"')
    client.leave()
  })

  it('is not asked for a single piece when its Content-Length says so', async () => {
    let pulls = 0
    const body = new ReadableStream({ pull: () => void (pulls += 1) }, { highWaterMark: 0 })
    const headers = { 'content-type': 'application/json', 'content-length': '11' }
    const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit
    expect((await make([free], limits).ask('/free', init)).status).toBe(413)
    expect(pulls).toBe(0)
  })

  it('is read on and let go, so that its client gets to hear the answer', async () => {
    const { port } = await run([free], { maxBodyBytes: 1024 })
    const client = await RawClient.open(port)
    client.request('POST /free HTTP/1.1', ['Content-Type: application/json', 'Transfer-Encoding: chunked'])
    const piece = Buffer.alloc(1024 * 1024, 0x20)
    const frame = Buffer.concat([Buffer.from(`${piece.byteLength.toString(16)}\r\n`), piece, Buffer.from('\r\n')])
    for (let count = 0; count < 24; count += 1) {
      if (!client.socket.write(frame)) await new Promise<void>((resolve) => void client.socket.once('drain', resolve))
    }
    client.socket.write('0\r\n\r\n')
    await client.until('"code":413')
    client.text = ''
    client.request('POST /free HTTP/1.1', ['Content-Length: 0'])
    await client.until('"undefined"')
    client.leave()
  })
})

describe('a body on the wire', () => {
  it('is put together from the pieces it comes in', async () => {
    const { port } = await run([free])
    const client = await RawClient.open(port)
    client.request('POST /free HTTP/1.1', ['Content-Type: application/json', 'Content-Length: 11'])
    client.socket.write('{"a":"')
    client.socket.write('12"')
    client.socket.write(' }')
    await client.until('{"a":"12"}')
    client.leave()
  })

  it('whose client breaks off is no error of the handler', async () => {
    const errors: unknown[] = []
    const closed: string[] = []
    const done = gate()
    const { port } = await run([free], {
      onError: (error) => void errors.push(error),
      onFinish: ({ outcome }) => {
        closed.push(outcome)
        done.open()
      },
    })
    const client = await RawClient.open(port)
    client.request('POST /free HTTP/1.1', [
      'Content-Type: application/json',
      'Content-Length: 11',
      'Expect: 100-continue',
    ])
    await client.until('100 Continue')
    client.socket.write('{"a"')
    client.leave()
    await done.opened
    expect(closed).toEqual(['left'])
    expect(errors).toEqual([])
  })

  it('that was read already leaves ctx.request to those who want its URL and headers', async () => {
    const route = defineRoute({
      method: 'POST',
      path: '/x',
      handler: ({ request, body }) => ({
        method: request.method,
        path: new URL(request.url).pathname,
        type: request.headers.get('content-type'),
        body,
      }),
    })
    const { url } = await run([route])
    const response = await fetch(`${url}/x`, post({ a: 1 }))
    expect(await response.json()).toEqual({ method: 'POST', path: '/x', type: 'application/json', body: { a: 1 } })
  })

  it('that was read already is not waited for in vain by ctx.request', async () => {
    const route = defineRoute({
      method: 'POST',
      path: '/x',
      handler: async (ctx) => {
        try {
          return { again: await ctx.request.json() }
        } catch (error) {
          return { refused: error instanceof Error }
        }
      },
    })
    const { url } = await run([route])
    const response = await fetch(`${url}/x`, post({ a: 1 }))
    expect([{ again: { a: 1 } }, { refused: true }]).toContainEqual(await response.json())
  })
})
