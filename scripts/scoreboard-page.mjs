// The page of the scoreboard, in English and in Chinese, from the same results. Text only, no files.

const levels = ['fault', 'warning', 'note']

/**
 * @typedef {object} Result what was found in one library
 * @property {string} name
 * @property {string} version
 * @property {readonly { check: string, code: string, level: string, title: string }[]} findings
 * @property {readonly { level: string, code: string, title: string }[]} resume a finding for each case of the suite for resuming
 */

/**
 * docs/scoreboard.md.
 *
 * @param {readonly Result[]} results
 * @param {number} waitMs for how long a heartbeat was waited for
 */
export function toPage(results, waitMs) {
  return `# Scoreboard

What [\`tidings doctor\`](doctor.md) finds in streams of other libraries, and in ours, each written as the library's own
documentation shows: the servers are in bench/doctor. \`node scripts/scoreboard.mjs\` made this page from real
runs, on Node ${process.version}; no figure is written by hand.

The stream is ten events in a second that carry their time, and its end; the heartbeat is waited for in ${waitMs / 1000} s of
silence; the suite for resuming reads events without end. The commands for one of them:

${commands}

| library | version | faults | warnings | notes | cases for resuming passed |
${rowsOf(results, ({ name }) => name, 'of')}

That a server has no TLS is a note for each of them. What the libraries can do when told to, such as the replay of @fastify/sse, is
not measured.

${results.map(toList).join('\n\n')}
`
}

/**
 * docs/zh/scoreboard.md.
 *
 * @param {readonly Result[]} results
 * @param {number} waitMs for how long a heartbeat was waited for
 * @param {string} doctor docs/zh/doctor.md, from which the findings have their Chinese titles
 * @throws Error for a finding or a case that has none
 */
export function toChinesePage(results, waitMs, doctor) {
  const titles = chineseTitlesOf(doctor)
  return `# 评分表

[\`tidings doctor\`](doctor.md) 在其他库和我们自己的流中发现了什么，每条流都照该库自己的文档所示编写：各个服务器在 bench/doctor 中。\`node scripts/scoreboard.mjs\` 由真实的运行生成本页，运行于 Node ${process.version}；没有任何数字是手写的。

流是一秒之内的十个事件，各自带有时间，然后结束；等待心跳的沉默时间为 ${waitMs / 1000} 秒；续传套件读取没有结尾的事件。其中一个库的命令：

${commands}

| 库 | 版本 | fault | warning | note | 通过的续传用例 |
${rowsOf(results, toChineseName, '/')}

服务器没有 TLS，对每个库都是一条 note。这些库在另行设置后能做到什么（例如 @fastify/sse 的重放），没有测量。

${results.map((result) => toChineseList(result, titles)).join('\n\n')}
`
}

const commands = `\`\`\`sh
node bench/doctor/child.mjs hono     # prints the address
npx tidings doctor http://127.0.0.1:<port>/feed
npx tidings doctor http://127.0.0.1:<port>/quiet
npx tidings doctor http://127.0.0.1:<port>/ticks --resume
\`\`\``

/** The rows of the table below its head. */
function rowsOf(results, toName, outOf) {
  const rows = results.map((result) => {
    const counts = levels.map((level) => result.findings.filter((finding) => finding.level === level).length)
    const passed = `${result.resume.length - failedOf(result).length} ${outOf} ${result.resume.length}`
    return `| ${toName(result)} | ${result.version} | ${counts.join(' | ')} | ${passed} |`
  })
  return ['| --- | --- | ---: | ---: | ---: | ---: |', ...rows].join('\n')
}

function toList(result) {
  const lines = wrongOf(result).map(({ level, check, code, title }) => `- ${level}: ${title} (\`${check}.${code}\`)`)
  const failed = failedOf(result).map(({ title }) => `- ${title}`)
  return listOf(result.name, lines, 'Of the suite for resuming it fails:', failed)
}

function toChineseList(result, titles) {
  const lines = wrongOf(result).map(({ level, check, code }) => {
    const name = `${check}.${code}`
    return `- ${level}：${known(titles.get(name), name)}（\`${name}\`）`
  })
  const failed = failedOf(result).map(({ code }) => `- ${known(chineseCases.get(code), code)}`)
  return listOf(toChineseName(result), lines, '续传套件中它未通过：', failed)
}

function listOf(name, lines, introduction, failed) {
  const suite = failed.length === 0 ? [] : ['', introduction, '', ...failed]
  return [`## ${name}`, '', ...lines, ...suite].join('\n')
}

/** The findings that are not in order, the worst first. */
function wrongOf({ findings }) {
  return levels.flatMap((level) => findings.filter((finding) => finding.level === level))
}

function failedOf({ resume }) {
  return resume.filter(({ level }) => level !== 'ok')
}

/** The titles in docs/zh/doctor.md by the names of the findings: `- **title**（fault，`end.fails`）`. */
function chineseTitlesOf(doctor) {
  return new Map([...doctor.matchAll(/^- \*\*(.+?)\*\*（\w+，`([^`]+)`）/gm)].map(([, title, name]) => [name, title]))
}

function toChineseName({ name }) {
  return chineseNames.get(name) ?? name
}

function known(text, name) {
  if (text === undefined)
    throw new Error(`There is no Chinese text for ${name}: see docs/zh/doctor.md and scripts/scoreboard-page.mjs.`)
  return text
}

/** What a library is called where its name has English words. */
const chineseNames = new Map([
  ['Elysia (on Node)', 'Elysia（在 Node 上）'],
  ['Express by hand', '手写的 Express'],
])

/** That a case of the suite for resuming has failed, by the code of its finding. */
const chineseCases = new Map([
  ['responds-with-an-event-stream-that-must-not-be-cached', '没有以不得缓存的事件流响应'],
  ['gives-every-event-a-unique-id', '没有给每个事件唯一的 id'],
  ['sends-every-reader-the-same-events-in-the-same-order', '没有按相同的顺序向每个读者发送相同的事件'],
  ['resumes-right-after-the-last-event-id', '没有紧接着最后事件 id 继续'],
  ['neither-repeats-nor-loses-events-when-connections-are-cut-at-any-byte', '连接在任意字节处中断时，会重复或丢失事件'],
  ['loses-no-event-that-is-sent-while-a-reader-is-disconnected', '丢失读者断开期间发送的事件'],
  ['reports-a-last-event-id-that-it-does-not-recognize', '不认识最后事件 id 时没有告知'],
])
