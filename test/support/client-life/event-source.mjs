// Cases of the suite of clients: what an EventSource does, the browsers' own as well as ours.
import { check, createWatch, equal } from './case.mjs'

const reading = {
  'EventSource: opens, and hears each event as soon as it is sent': async (life) => {
    const heard = life.listen(life.url('steps'))
    equal(heard.source.readyState, 0)
    for (let n = 1; n <= 3; n++) {
      await heard.count(n)
      equal([heard.source.readyState, heard.opened], [1, 1])
      await life.note(`got ${n}`)
    }
    equal(
      heard.events.map(({ data }) => data),
      ['{"n":1}', '{"n":2}', '{"n":3}'],
    )
  },

  'EventSource: hears events by their names, and keeps the last id': async (life) => {
    const heard = life.listen(life.url('named'), ['message', 'tick', 'große Nachricht'])
    equal(await heard.count(3), [
      { type: 'tick', data: '{"n":1}', lastEventId: '7' },
      { type: 'große Nachricht', data: 'two\nlines', lastEventId: '7' },
      { type: 'message', data: '42', lastEventId: '' },
    ])
  },

  'EventSource: puts characters together that were cut anywhere': async (life) => {
    const heard = life.listen(life.bytes('event-stream'), ['message', 'große'])
    equal((await heard.count(3)).slice(0, 3), [
      { type: 'große', data: '{"text":"é€😀"}', lastEventId: 'é你' },
      { type: 'message', data: '你好', lastEventId: 'é你' },
      { type: 'message', data: 'Añb\n😀', lastEventId: 'é你' },
    ])
  },

  'EventSource: hears 100,000 events once and in order, and keeps none of them': async (life) => {
    const watch = createWatch(life)
    const heard = life.listen(watch.url, [])
    await new Promise((resolve, reject) => {
      heard.source.addEventListener('message', ({ data, lastEventId }) => {
        try {
          const { n } = JSON.parse(data)
          equal(lastEventId, String(n))
          if (watch.see(n)) resolve()
        } catch (error) {
          reject(error)
        }
      })
    })
    await watch.finish()
  },
}

const positions = (requests) => requests.map(({ lastEventId }) => lastEventId ?? null)

const returning = {
  'EventSource: comes back with the last id when the server has ended the stream': async (life) => {
    const heard = life.listen(life.url('numbers'))
    await heard.count(5)
    heard.source.close()
    equal(
      heard.events.slice(0, 5).map(({ data }) => data),
      ['{"n":1}', '{"n":2}', '{"n":3}', '{"n":4}', '{"n":5}'],
    )
    equal(positions(await life.requests()), [null, '2', '4'])
  },

  'EventSource: asks once more when the handler is done, gets 204 and stops': async (life) => {
    const heard = life.listen(life.url('finished'))
    await heard.until(() => heard.source.readyState === 2)
    equal(
      heard.events.map(({ data }) => data),
      ['{"n":1}', '{"n":2}'],
    )
    // One error for the end of the stream, one for the 204.
    equal(heard.errors, 2)
    equal(positions(await life.requests()), [null, '2~end'])
  },

  'EventSource: takes 204 for the end': async (life) => {
    const heard = life.listen(life.url('nothing'))
    await heard.until(() => heard.errors > 0)
    equal([heard.source.readyState, heard.opened, heard.errors], [2, 0, 1])
    equal((await life.requests()).length, 1)
  },

  'EventSource: finds a server again that was closed and started on its port': (life) => restarted(life, 'closed'),

  'EventSource: finds a server again that was killed and started on its port': (life) => restarted(life, 'killed'),

  'EventSource: keeps trying while connections are cut': (life) => restarted(life, 'stumbled'),

  'EventSource: carries an id beyond Latin-1 back to the server': async (life) => {
    const heard = life.listen(life.url('foreign'))
    await heard.count(1)
    await life.note('got it')
    equal((await heard.count(2)).slice(0, 2), [
      { type: 'message', data: 'null', lastEventId: 'é你' },
      { type: 'message', data: 'é你', lastEventId: 'é你' },
    ])
  },

  'EventSource: leaves when it is closed, and the handler is told': async (life) => {
    const heard = life.listen(life.url('waiting'))
    await heard.count(1)
    heard.source.close()
    equal(heard.source.readyState, 2)
    await life.noted('finally')
    equal((await life.requests()).length, 1)
  },
}

async function restarted(life, how) {
  const heard = life.listen(life.url('restarted'))
  await heard.count(1)
  await life.restart(how)
  await heard.count(2)
  equal(
    heard.events.slice(0, 2).map(({ data }) => data),
    ['{"n":1}', '{"n":2}'],
  )
  check(heard.errors > 0, 'It has not said that it was cut off.')
  equal(positions(await life.requests()).slice(0, 2), [null, '1'])
}

export const eventSourceCases = Object.entries({ ...reading, ...returning }).map(([name, run]) => ({ name, run }))
