// Cases of the suite of clients: what `stream()` does.
import { check, createWatch, equal, failureOf } from './case.mjs'

const quick = { minMs: 10 }

const reading = {
  'stream(): hands on each event as soon as it is sent, and ends with the handler': async (life) => {
    let seen = 0
    for await (const { event, data, id } of life.stream(life.url('steps'))) {
      seen++
      equal([event, data, id], ['message', { n: seen }, ''])
      await life.note(`got ${seen}`)
    }
    equal(seen, 3)
    equal((await life.requests()).length, 1)
  },

  'stream(): hands on names, ids and data': async (life) => {
    const events = []
    for await (const event of life.stream(life.url('named'))) {
      events.push(event)
      if (events.length === 3) break
    }
    equal(
      events.map(({ event, data, id }) => ({ event, data, id })),
      [
        { event: 'tick', data: { n: 1 }, id: '7' },
        { event: 'große Nachricht', data: 'two\nlines', id: '7' },
        { event: 'message', data: '42', id: '' },
      ],
    )
  },

  'stream(): posts JSON with a bearer token': async (life) => {
    const headers = { authorization: 'Bearer abc' }
    const events = await life.readAll(life.url('echo'), { json: { text: 'é 你 😀' }, headers })
    equal(
      events.map(({ data }) => data),
      ['é', '你', '😀', { authorization: 'Bearer abc' }],
    )
    const [{ method, authorization, contentType }, ...others] = await life.requests()
    equal([method, authorization, contentType], ['POST', 'Bearer abc', 'application/json'])
    equal(others, [])
  },

  'stream(): puts characters together that were cut anywhere': async (life) => {
    const events = await life.readAll(life.bytes('event-stream'))
    equal(
      events.map(({ event, data, id }) => [event, data, id]),
      [
        ['große', { text: 'é€😀' }, 'é你'],
        ['message', '你好', 'é你'],
        ['message', 'Añb\n😀', 'é你'],
      ],
    )
  },

  'stream(): puts lines of JSON together that were cut anywhere': async (life) => {
    const events = await life.readAll(life.bytes('x-ndjson'))
    equal(
      events.map(({ data }) => data),
      [{ text: 'é€😀' }, { text: '你好' }, { last: '😀' }],
    )
  },

  'stream(): hands on 100,000 events once and in order, and keeps none of them': async (life) => {
    const watch = createWatch(life)
    for await (const { data } of life.stream(watch.url)) watch.see(data.n)
    await watch.finish()
  },

  'stream(): hands a slow reader everything in order': async (life) => {
    let next = 0
    for await (const { data } of life.stream(life.url('flood'))) {
      equal(data.n, next)
      if (next === 0) await standstill(life)
      next++
    }
    equal(next, 20_000)
  },
}

/** Resolves once the server sends no more: a server that goes on is never seen at the same event so many times. */
async function standstill(life) {
  let last
  for (let same = 0; same < 50;) {
    const now = (await life.notes()).at(-1)
    same = now === last ? same + 1 : 0
    last = now
  }
  if (life.holdsBack) check(last !== 'sent 19000', 'The server has sent everything to a reader that was not reading.')
}

const positions = (requests) => requests.map(({ lastEventId }) => lastEventId ?? null)

/** Reads so many events, and leaves. */
async function take(stream, count) {
  const data = []
  for await (const event of stream) {
    data.push(event.data)
    if (data.length === count) break
  }
  return data
}

const returning = {
  'stream(): comes back with the last id when the server has ended the stream': async (life) => {
    const stream = life.stream(life.url('numbers'), { retry: quick })
    equal(await take(stream, 5), [{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }, { n: 5 }])
    equal(stream.lastEventId, '5')
    equal(positions(await life.requests()), [null, '2', '4'])
  },

  'stream(): ends with the handler, without asking again': async (life) => {
    equal(
      (await life.readAll(life.url('finished'))).map(({ data }) => data),
      [{ n: 1 }, { n: 2 }],
    )
    equal((await life.requests()).length, 1)
  },

  'stream(): takes 204 for the end': async (life) => {
    equal(await life.readAll(life.url('nothing')), [])
    equal((await life.requests()).length, 1)
  },

  'stream(): finds a server again that was closed and started on its port': (life) => restarted(life, 'closed'),

  'stream(): finds a server again that was killed and started on its port': (life) => restarted(life, 'killed'),

  'stream(): keeps trying while connections are cut': (life) => restarted(life, 'stumbled'),

  'stream(): carries an id beyond Latin-1 back to the server': async (life) => {
    await life.note('got it')
    const stream = life.stream(life.url('foreign'), { retry: quick })
    equal(await take(stream, 2), ['null', 'é你'])
    equal(stream.lastEventId, 'é你')
  },
}

async function restarted(life, how) {
  const seen = []
  let restarting
  for await (const { data } of life.stream(life.url('restarted'), { retry: quick })) {
    seen.push(data)
    if (seen.length === 2) break
    // Not awaited here: nothing is read, and so no cut is seen, before the next event is asked for.
    restarting = life.restart(how)
  }
  await restarting
  equal(seen, [{ n: 1 }, { n: 2 }])
  equal(positions(await life.requests()).slice(0, 2), [null, '1'])
}

const leaving = {
  'stream(): leaves with the loop, and the handler is told': async (life) => {
    equal(await take(life.stream(life.url('waiting')), 1), ['started'])
    await life.noted('finally')
    equal((await life.requests()).length, 1)
  },

  'stream(): leaves when it is closed, and the iteration ends': async (life) => {
    const stream = life.stream(life.url('waiting'))
    for await (const { data } of stream) {
      equal(data, 'started')
      stream.close()
    }
    await life.noted('finally')
  },

  'stream(): leaves when its signal aborts, and throws the reason': async (life) => {
    const leaving = new AbortController()
    const reason = new Error('enough')
    const failure = await failureOf(async () => {
      for await (const { data } of life.stream(life.url('waiting'), { signal: leaving.signal })) {
        equal(data, 'started')
        leaving.abort(reason)
      }
    })
    check(failure === reason, `It threw ${String(failure)} and not the reason.`)
    await life.noted('finally')
  },
}

/** Nothing of this is sent, and nothing is tried again. */
async function refusesAll(life, given) {
  const tried = []
  for (const [url, options] of given(life.url('numbers'))) {
    const failure = await failureOf(() => life.readAll(url, { ...options, onRetry: () => tried.push('again') }))
    equal([url, Object.keys(options), failure.code], [url, Object.keys(options), 'ERR_OPTION'])
  }
  equal(tried, [])
  equal(await life.requests(), [])
}

const never = () => new Promise(() => {})

const trying = {
  'stream(): sends the next try what request returns, with the last id in the url': async (life) => {
    const url = life.url('numbers')
    const request = ({ lastEventId }) => (lastEventId === '' ? {} : { url: `${url}?lastEventId=${lastEventId}` })
    equal(await take(life.stream(url, { retry: quick, request }), 3), [{ n: 1 }, { n: 2 }, { n: 3 }])
    const [first, second] = await life.requests()
    check(!first.url.includes('lastEventId'), `The first request was for ${first.url}.`)
    check(second.url.endsWith('?lastEventId=2'), `The second request was for ${second.url}.`)
  },

  'stream(): tells its states, and cuts a pause short': async (life) => {
    const states = []
    const stream = life.stream(life.url('numbers'), {
      retry: { minMs: 1e9, maxMs: 1e9 },
      onState: ({ state }) => {
        states.push(state)
        // The server asks for a pause, which nobody waits for here.
        if (state === 'waiting') queueMicrotask(() => stream.reconnect())
      },
    })
    equal(await take(stream, 3), [{ n: 1 }, { n: 2 }, { n: 3 }])
    equal(states, ['connecting', 'open', 'waiting', 'connecting', 'open', 'closed'])
  },

  'stream(): ends when it is closed while its headers or its fetch hang': async (life) => {
    for (const options of [{ headers: never }, { fetch: never }]) {
      const stream = life.stream(life.url('steps'), options)
      const reading = take(stream, 1)
      await life.notes()
      stream.close()
      equal(await reading, [])
    }
    equal(await life.requests(), [])
  },
}

const tokenOf = ({ isUnauthorized }) => ({ authorization: isUnauthorized ? 'Bearer fresh' : 'Bearer stale' })

const failing = {
  'stream(): throws what a handler failed with, after the events before it': async (life) => {
    const seen = []
    const failure = await failureOf(async () => {
      for await (const { data } of life.stream(life.url('failing'))) seen.push(data)
    })
    equal(seen, ['one'])
    check(failure.message.includes('broke'), `It threw ${String(failure)}.`)
    equal((await life.requests()).length, 1)
  },

  'stream(): refuses what is no option, and what JSON would lose': async (life) => {
    await refusesAll(life, (url) => [
      [url, { json: new Map() }],
      [url, { maxEventByte: 1 }],
      [url, { idleTimeoutMs: NaN }],
      [url, { retry: { attempt: 1 } }],
      [url, { request: () => ({ uri: url }) }],
    ])
  },

  'stream(): refuses at once what fetch will never send': async (life) => {
    await refusesAll(life, (url) => [
      [url, { method: 'GET', body: 'x' }],
      [url.replace('//', '//user:secret@'), {}],
      [url.replace('http', 'ftp'), {}],
      [url, { headers: { 'a b': 'c' } }],
      [url, { method: 'TRACE' }],
      [url, { request: () => ({ url: url.replace('http', 'ftp') }) }],
    ])
  },

  'stream(): throws for a status that will not change': async (life) => {
    const stream = life.stream(life.url('missing'))
    const failure = await failureOf(() => take(stream, 1))
    equal([failure.name, failure.status, stream.status], ['ResponseError', 404, 404])
    equal((await life.requests()).length, 1)
  },

  'stream(): asks for new headers after a 401': async (life) => {
    equal(await take(life.stream(life.url('guarded'), { headers: tokenOf }), 1), ['let in'])
    equal(
      (await life.requests()).map(({ authorization }) => authorization),
      ['Bearer stale', 'Bearer fresh'],
    )
  },
}

export const streamCases = Object.entries({ ...reading, ...returning, ...trying, ...leaving, ...failing }).map(
  ([name, run]) => ({
    name,
    run,
  }),
)
