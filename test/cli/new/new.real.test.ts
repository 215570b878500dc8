// `tidings new`, as its users have it: from the packed package, installed by npm, started and tested.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { runCli, startCli, temporaryFolder } from '../../support/cli/run-cli.ts'
import { installPacked, npm, packPackage } from '../../support/component/packed-package.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const templates = readdirSync(join(root, 'templates'))
const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] }
/** Starts the project; its page is there, and loads no file that is not, nor does its script. */
async function start(project: string): Promise<void> {
  // A group of its own: npm starts a shell, and that the server.
  const child = spawn('npm', ['start'], { cwd: project, env: { ...env, PORT: '0' }, detached: true })
  const closed = once(child, 'close')
  onTestFinished(async () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
    await closed
  })
  let output = ''
  for (const pipe of [child.stdout, child.stderr])
    pipe.setEncoding('utf8').on('data', (text: string) => (output += text))
  await expect.poll(() => output).toMatch(/^http:\S+$/m)
  const [url = ''] = /^http:\S+$/m.exec(output) ?? []
  const page = await (await fetch(url)).text()
  expect(page).toContain('<!doctype html>')
  for (const [, path] of page.matchAll(/src="([^"]+)"/g))
    expect((await fetch(new URL(path ?? '', url))).status).toBe(200)
  const bundle = join(project, 'page', 'bundle')
  for (const name of existsSync(bundle) ? readdirSync(bundle) : [])
    expect([name, (await fetch(new URL(`bundle/${name}`, url))).status]).toEqual([name, 200])
}

describe('new, from the packed package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-new-'))
  const user = join(folder, 'user')
  let tarball: string

  beforeAll(async () => {
    tarball = await packPackage(folder)
    mkdirSync(user)
    writeFileSync(join(user, 'package.json'), JSON.stringify({ private: true, dependencies: {} }))
    await installPacked(user, tarball)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('there is a template for each choice', async () => {
    const { stdout } = await runCli('new', '--help')
    for (const name of templates) expect(stdout).toMatch(new RegExp(`^  ${name} +\\S`, 'm'))
    expect(templates).toEqual(['chat', 'express', 'hono', 'notifications', 'plain'])
  })

  test.each(templates)('%s is installed, tested and started', async (template) => {
    const { stdout } = await npm(user, 'exec', '--offline', '--', 'tidings', 'new', template, '-t', template)
    expect(stdout).toContain(`cd ${template}\n`)
    const project = join(user, template)
    expect(existsSync(join(project, '.gitignore'))).toBe(true)
    const { name, dependencies } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'))
    expect([name, dependencies.tidings]).toEqual([template, `^${manifest.version}`])
    await installPacked(project, tarball)
    expect((await npm(project, 'test')).stdout).toMatch(/^# fail 0$/m)
    await start(project)
  })
})

test('templates depend on the versions that this package is tested with', () => {
  for (const template of templates) {
    const { dependencies } = JSON.parse(readFileSync(join(root, 'templates', template, 'package.json'), 'utf8'))
    for (const [name, range] of Object.entries(dependencies)) {
      expect([template, name, range]).toEqual([
        template,
        name,
        name === 'tidings' ? '*' : `^${manifest.devDependencies[name]}`,
      ])
    }
  }
})

describe('new', () => {
  test('refuses a folder that is there, even an empty one, and leaves it as it is', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'app'))
    const { code, stderr } = await startCli(['new', 'app'], { cwd: folder }).finished
    expect(code).toBe(2)
    expect(stderr).toContain('exists already. Choose another name.')
    expect(readdirSync(join(folder, 'app'))).toEqual([])
  })

  test.each([
    [['new', 'My App'], 'cannot be the name of a package'],
    [['new', 'app', '-t', 'expres'], 'Did you mean express?'],
    [['new', 'app', '-t', 'constructor'], 'There is no template "constructor". There are plain, chat,'],
    [['new', 'no/such/folder/app'], 'ENOENT'],
    [['new'], 'new needs NAME.'],
  ])('%j is refused, and nothing is written', async (args, message) => {
    const folder = temporaryFolder()
    const { code, stderr } = await startCli(args, { cwd: folder }).finished
    expect(code).toBe(2)
    expect(stderr).toContain(message)
    expect(readdirSync(folder)).toEqual([])
  })
})
