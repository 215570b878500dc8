// What examples need that they do not show, by file and number there. Most need nothing, end by themselves, and print what
// their comments say or nothing; those are not listed.

/**
 * @typedef {object} Surrounding
 * @property {Readonly<Record<string, string>>} [uses] names that it does not declare, by the file of stand-ins/ they are in
 * @property {string} [after] a statement that is run behind it, in its scope, with stand-ins/check.ts as `check`
 * @property {RegExp} [prints] what it prints without saying so in a comment
 * @property {boolean} [stays] whether it runs until it is sent SIGTERM
 * @property {'redis' | 'postgres' | 'rivals'} [needs] a component, on which it is run by examples.real.test.ts; the packages
 * that one migrates from, with which it is run by test/docs/migration
 */

const feed = /^message hello\nmessage world\n$/
const asksModel = /^You asked: Why\?\nLet me think\.\n$/
const percents = /^0\n50\n100\n$/
const suitePasses = /pass [1-9]\d*\n\S+ fail 0\n/
const askedByUserAlone = `await check.answer(chat, '/chat', /\\ndata: You asked: Why\\?\\n/, check.question)
await check.answer(chat, '/chat', /"code":401.*Log in first/, check.anonymousQuestion)`
const whoIsThere = (reader) => `await check.answer(people, '/people', /Log in first/)
await check.answer(people, '/people', /^event: presence\\ndata: .*"members":.*"isStale":false/m, check.${reader})`
const announces = /^The inspector is at \/_tidings\. .*\n +TIDINGS_INSPECTOR=\S+\n$/
const serves = { stays: true, prints: /^(Listening on )?http:\/\/localhost:\d+\n$/ }

/** @type {Readonly<Record<string, Surrounding>>} */
export const surroundings = {
  'README.md#1': serves,
  'README.zh-CN.md#1': serves,
  'README.md#2': {
    after: `await check.answer(answers, '/answers', /^data: \\{"bytes":[1-9]\\d*\\}\\n\\n/m)`,
    prints: /^the reader has left, or the feed has ended\n$/,
  },
  'README.md#3': {
    after: `await check.answer(task, '/tasks/1', /"Write the README"/); await check.answer(task, '/tasks/2', /There is no task 2/)`,
  },
  'README.md#4': {
    after: `await check.answer(hello, '/hello', /Log in first/); await check.answer(hello, '/hello', /Hello, Ann/, check.session)`,
  },
  'README.md#5': { stays: true },
  'README.md#7': {
    after: `await check.answer(feed, '/orders', /^event: tidings:open$/m)`,
    stays: true,
  },

  'docs/ai.md#2': {
    after: `await check.text(await server.fetch(check.message('/api/chat', check.user)), /tool-approval-request/)
await check.text(await server.fetch(check.message('/api/chat', check.user, check.approved(true))), /"cancelled":true[^]*That is done/)
await check.text(await server.fetch(check.message('/api/chat', check.user, check.approved(false))), /tool-output-denied[^]*That is done/)`,
  },
  'docs/ai.md#3': {
    after: `await check.text(await server.fetch(check.message('/api/chat', check.user)), /Hello, ada/)
await check.text(await server.fetch(new Request('http://localhost/api/chat/c1/stream')), /Log in first/)`,
  },
  'docs/ai.md#4': { uses: { openai: 'openai' }, prints: /^Hello, you\.completed\n$/ },

  'docs/channels.md#1': {
    after: `await check.answer(feed, '/orders', /^event: tidings:open$/m)`,
  },
  'docs/channels.md#2': {
    uses: { orders: 'orders, signal' },
    prints: /^\S+\.1 order \{ status: 'paid' \}\n$/,
    stays: true,
  },
  'docs/channels.md#3': {
    uses: { orders: 'channels', model: 'model' },
    after: askedByUserAlone,
  },
  'docs/presence.md#1': { after: `${whoIsThere('session')}; await channels.close()` },
  'docs/chat-client.md#3': { prints: /^$/ },
  'docs/clients.md#1': { prints: /^message hello 1\nmessage world 2\n$/ },
  'docs/clients.md#2': { uses: { model: 'question, token' }, prints: asksModel },
  'docs/clients.md#3': { prints: /^hello\nworld\n$/ },
  'docs/clients.md#4': { prints: /^connecting\nopen\nhello\nworld\nclosed\n$/ },
  'docs/clients.md#6': { prints: percents },
  'docs/guides/chat.md#1': { uses: { provider: 'openai' } },
  'docs/guides/testing.md#1': { prints: suitePasses },
  'docs/index.md#1': serves,
  'docs/inspector.md#1': { prints: announces },
  'docs/inspector.md#2': { prints: announces },
  'docs/deploying.md#1': {
    uses: { routes: 'server', certificate: 'key, cert' },
    stays: true,
  },
  'docs/deploying.md#2': { uses: { routes: 'server' }, stays: true },
  'docs/deploying.md#3': { uses: { lambda: 'server' } },
  'docs/deploying.md#5': { uses: { routes: 'server', orders: 'channels' }, stays: true },
  'docs/deploying.md#6': { uses: { routes: 'server' }, stays: true },
  'docs/deploying.md#7': { needs: 'redis', ...serves },
  'docs/journals.md#1': { after: 'await channels.ready()' },
  'docs/journals.md#2': {
    needs: 'redis',
    after: `await journal.append('orders', '{}'); await journal.close(); redis.disconnect()`,
  },
  'docs/journals.md#3': { needs: 'postgres', after: 'await journal.ready(); await journal.close(); await pool.end()' },
  'docs/journals.md#4': {
    needs: 'postgres',
    uses: { postgres: 'pool, journal, id, expectOrder' },
    after: 'await expectOrder(); await journal.close(); await pool.end()',
  },
  'docs/journals.md#5': { uses: { 'my-journal': 'myJournal, connection' }, prints: suitePasses },
  'docs/learn.md#1': serves,
  'docs/learn.md#2': serves,
  'docs/learn.md#3': serves,
  'docs/learn.md#4': serves,
  'docs/migration/better-sse.md#1': { needs: 'rivals' },
  'docs/migration/better-sse.md#2': { stays: true },
  'docs/migration/better-sse.md#3': { needs: 'rivals' },
  'docs/migration/better-sse.md#4': { stays: true },
  'docs/migration/eventsource.md#1': { needs: 'rivals' },
  'docs/migration/eventsource.md#2': { prints: /^hello 1\nworld 2\n$/, stays: true },
  'docs/migration/fetch-event-source.md#1': { needs: 'rivals' },
  'docs/migration/fetch-event-source.md#2': { prints: asksModel },
  'docs/migration/fetch-event-source.md#3': { prints: asksModel },
  'docs/migration/hono.md#1': { needs: 'rivals' },
  'docs/migration/hono.md#2': { stays: true },
  'docs/migration/hono.md#3': { needs: 'rivals' },
  'docs/migration/hono.md#4': { stays: true },
  'docs/migration/vafast.md#1': { needs: 'rivals' },
  'docs/migration/vafast.md#2': { stays: true },
  'docs/openapi.md#3': { uses: { scalar: 'scalar' } },
  'docs/server.md#3': {
    uses: { tokens: 'verify' },
    after: `const headers = { authorization: 'Bearer ada' }
await check.text(await server.fetch(new Request('http://localhost/prices', { headers })), /"for":"ada"/)`,
  },
  'docs/server.md#4': {
    uses: { orders: 'channels, signal', sessions: 'server, expectEnds' },
    after: `followLogouts().catch(() => {}); await expectEnds(endStreamsOf); await channels.close()`,
  },
  'docs/streams.md#1': {
    after: `await check.answer(status, '/status', /^data: Hello\\n\\nevent: status\\ndata: \\{"online":true\\}\\n\\n/m)`,
  },
  'docs/streams.md#2': {
    after: `await check.answer(inbox, '/inbox', /Log in first/); await check.answer(inbox, '/inbox', /"to":"Ann"/, check.session)`,
  },
  'docs/streams.md#4': {
    uses: { notes: 'notes' },
    after: `await check.answer(feed, '/notes?lastEventId=1', /^id: 2\\nevent: note\\ndata: \\{"id":"2"/m)`,
  },

  'docs/testing-streams.md#2': { prints: suitePasses },
  'docs/testing-streams.md#3': { prints: suitePasses },
  'docs/testing-streams.md#4': { prints: suitePasses },
  'docs/testing-streams.md#5': { prints: suitePasses },
  'docs/testing.md#1': { prints: suitePasses },
  'docs/testing.md#2': { prints: suitePasses },
  'docs/testing.md#3': { uses: { orders: 'publishSome' }, prints: suitePasses },

  'src/observe/logs.ts#1': { prints: /^answered \/hello 200\n$/ },
  'src/inspector/inspector.ts#1': { prints: announces },

  'src/openapi/reference-page.ts#1': { uses: { scalar: 'scalar' } },
  'src/adapters/lambda/serve.ts#1': { uses: { lambda: 'server' } },
  'src/adapters/node/handler.ts#1': {
    uses: { routes: 'server' },
    after: `await check.listener(app, '/api/hello', 'Hello')`,
  },
  'src/adapters/node/serve.ts#1': serves,
  'src/adapters/workers/index.ts#1': { uses: { routes: 'server' } },
  'src/channel/channels.ts#2': {
    uses: { orders: 'channels', model: 'model' },
    after: askedByUserAlone,
  },
  'src/channel/presence/presence.ts#1': {
    uses: { orders: 'channels' },
    after: `${whoIsThere('signedIn')}; await channels.close()`,
  },
  'src/channel/to-response.ts#1': {
    after: `await check.text(await app.request('/orders', check.eventSource), /^event: tidings:open$/m)`,
  },
  'src/channel/topic.ts#1': {
    uses: { orders: 'orders' },
    after: `await check.answer(feed, '/orders', /^event: tidings:open$/m)`,
  },
  'src/client/event-source/event-source.ts#1': { prints: /^hello 1\nworld 2\n$/, stays: true },
  'src/client/fetch-event-source/fetch-event-source.ts#1': { prints: asksModel },
  'src/client/http/response-error.ts#1': { uses: { client: 'client' } },
  'src/client/page/reconnect.ts#1': { prints: feed },
  'src/client/route-client/client.ts#1': { prints: percents },
  'src/client/stream/stream.ts#1': { prints: feed },
  'src/journal-drivers/postgres/journal.ts#1': { needs: 'postgres', after: 'await journal.close(); await pool.end()' },
  'src/journal-drivers/redis/journal.ts#1': { needs: 'redis', after: 'await journal.close(); redis.disconnect()' },
  'src/journal-drivers/sqlite/journal.ts#1': { after: 'await journal.close()' },
  'src/server/http-error.ts#1': {
    after: `await check.answer(task, '/tasks/1', /README/); await check.answer(task, '/tasks/2', /"code":404.*no task 2/)`,
  },
  'src/server/middleware.ts#1': {
    after: `await check.answer(hello, '/hello', /Log in first/); await check.answer(hello, '/hello', /Hello, Ann/, check.session)`,
  },
  'src/server/route.ts#1': {
    after: `await check.answer(hello, '/hello', /Log in first/); await check.answer(hello, '/hello', /Hello, Ann/, check.session)`,
  },
  'src/server/route.ts#2': {
    after: `await check.answer(progress, '/tasks/7/progress', /^data: \\{"task":"7","percent":0\\}\\n/m)`,
  },
  'src/sse/event.ts#1': {
    after: `await check.answer(status, '/status', /^id: 7\\nevent: status\\ndata: \\{"online":true\\}\\n\\n/m)`,
  },
  'src/sse/parser-stream.ts#1': { prints: /^undefined hello\nundefined world\n$/ },
  'src/testing/journal/describe-journal.ts#1': { prints: suitePasses },
  'src/testing/resume/describe-resume.ts#1': { uses: { orders: 'publishSome' }, prints: suitePasses },
}
