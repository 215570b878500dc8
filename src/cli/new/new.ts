// `tidings new`: a small project with a server, a page and a test, copied from the package's templates.
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { misspeltName, TidingsError } from '../../base/index.ts'
import { defineCommand, type Command } from '../command/command.ts'
import { exitCode } from '../command/exit-code.ts'
import type { Input } from '../command/input.ts'
import { readVersion } from '../package-version.ts'
import { quoteForShell } from '../terminal/shell-word.ts'
import { Failed, type Terminal } from '../terminal/terminal.ts'

/** The templates, each a folder of `templates/`, and what is in them. */
const templates = {
  plain: 'a stream, and a page that shows it',
  chat: 'a chat with <tidings-chat>; its answers survive a reload',
  notifications: 'a topic in a SQLite file: a restart loses nothing',
  express: 'a stream in an Express app',
  hono: 'a stream in a Hono app',
} as const

type TemplateName = keyof typeof templates

const options = {
  template: { short: 't', value: 'TEMPLATE', help: `${Object.keys(templates).join(', ')} (plain)` },
} as const

/** The command `new`. */
export const createProject: Command = defineCommand({
  name: 'new',
  summary: 'begin a project: a server, a page and a test',
  parameters: ['NAME'],
  options,
  notes: `The templates:\n${Object.entries(templates)
    .map(([name, meaning]) => `  ${name.padEnd(14)} ${meaning}`)
    .join('\n')}`,
  examples: [
    ['tidings new my-app && cd my-app && npm install && npm start', 'the smallest one'],
    ['tidings new my-chat -t chat', 'a chat'],
  ],
  run,
})

const folderOfTemplates = fileURLToPath(new URL('../../../templates/', import.meta.url))

async function run(input: Input<keyof typeof options>, terminal: Terminal): Promise<number> {
  const template = parseTemplate(input.text('template') ?? 'plain')
  const folder = resolve(input.parameter(0))
  const name = basename(folder)
  // What npm takes as the name of a package.
  if (!/^(?!node_modules$|favicon\.ico$)[a-z\d][a-z\d._-]{0,99}$/.test(name)) {
    throw wrong(`${JSON.stringify(name)} cannot be the name of a package: use a-z, 0-9, -, _ and dots.`)
  }
  await makeFolder(folder)
  await copyTemplate(template, folder, name).catch(async (error: unknown) => {
    // Half a project would stand in the way of the next try.
    await rm(folder, { recursive: true, force: true })
    throw new Failed(`${folder} cannot be filled`, { cause: error })
  })
  const { paint } = terminal
  const shown = quoteForShell(relative('', folder))
  const lines = [
    `${shown}: ${templates[template]}`,
    '',
    ...[`cd ${shown}`, 'npm install', 'npm start'].map((line) => `  ${paint.cyan(line)}`),
    '',
    `And ${paint.cyan('npm test')} runs its test.`,
    '',
  ]
  await terminal.print(lines.join('\n'))
  return exitCode.ok
}

function parseTemplate(name: string): TemplateName {
  if (isTemplate(name)) return name
  const names = Object.keys(templates)
  const near = misspeltName(name, names)
  const advice = near === undefined ? `There are ${names.join(', ')}.` : `Did you mean ${near}?`
  throw wrong(`There is no template ${JSON.stringify(name)}. ${advice}`)
}

function isTemplate(name: string): name is TemplateName {
  return Object.hasOwn(templates, name)
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder)
  } catch (error) {
    if (Object(error).code === 'EEXIST') throw wrong(`${folder} exists already. Choose another name.`)
    throw wrong(`${folder} cannot be made`, error)
  }
}

async function copyTemplate(template: TemplateName, folder: string, name: string): Promise<void> {
  await cp(join(folderOfTemplates, template), folder, { recursive: true })
  // npm leaves files of this name out of packages.
  await rename(join(folder, '_gitignore'), join(folder, '.gitignore'))
  const path = join(folder, 'package.json')
  const manifest: unknown = JSON.parse(await readFile(path, 'utf8'))
  const dependencies = { ...Object(manifest).dependencies, tidings: `^${await readVersion()}` }
  await writeFile(path, `${JSON.stringify({ name, ...Object(manifest), dependencies }, null, 2)}\n`)
}

function wrong(message: string, cause?: unknown): TidingsError {
  return new TidingsError('ERR_OPTION', message, { cause })
}
