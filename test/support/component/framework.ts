// The examples of meta-frameworks, built for production and started, with the package as npm would install it.
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { pathOf } from './component.ts'
import { startProgram, type FixtureProcess } from './fixture-process.ts'
import { freePort } from './free-port.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

interface Commands {
  /** The script that builds, below the `node_modules` of its framework, and its arguments. */
  readonly build: readonly string[]
  /** The same of the script that serves the build; `{project}` stands for the project's folder. */
  readonly serve: readonly string[]
}

const commands = {
  next: { build: ['next/dist/bin/next', 'build'], serve: ['next/dist/bin/next', 'start'] },
  sveltekit: { build: ['vite/bin/vite.js', 'build'], serve: ['{project}/build/index.js'] },
  nest: { build: ['typescript/bin/tsc'], serve: ['{project}/dist/main.js'] },
  nitro: { build: ['nitropack/dist/cli/index.mjs', 'build'], serve: ['{project}/.output/server/index.mjs'] },
  nuxt: { build: ['nuxt/bin/nuxt.mjs', 'build'], serve: ['{project}/.output/server/index.mjs'] },
  astro: { build: ['astro/astro.js', 'build'], serve: ['{project}/dist/server/entry.mjs'] },
  'react-router': {
    build: ['@react-router/dev/bin.js', 'build'],
    serve: ['@react-router/serve/bin.js', '{project}/build/server/index.js'],
  },
  'tanstack-start': { build: ['vite/bin/vite.js', 'build'], serve: ['{project}/server.js'] },
} as const satisfies Record<string, Commands>

export type FrameworkName = keyof typeof commands

/** Builds the example. One after the other: each of the builds takes all cores. */
export async function buildFramework(name: FrameworkName): Promise<void> {
  installPackage(modulesOf(name))
  const project = projectOf(name)
  rmSync(project, { recursive: true, force: true })
  cpSync(join(root, 'examples', 'frameworks', name), project, { recursive: true })
  await promisify(execFile)(nodeOf(name), toArguments(name, commands[name].build), { cwd: project, env: environment() })
}

/** Serves the build of the example. Who starts it ends it. */
export async function startFramework(name: FrameworkName): Promise<FixtureProcess> {
  const port = String(await freePort())
  const env = { ...environment(), PORT: port, HOST: '127.0.0.1', HOSTNAME: '127.0.0.1' }
  return startProgram(nodeOf(name), toArguments(name, commands[name].serve), {
    cwd: projectOf(name),
    env,
    url: `http://127.0.0.1:${port}`,
  })
}

/** Those that ask for a newer Node than this project does are installed apart, and run by one. */
const needsNode22 = (name: FrameworkName): boolean => name === 'tanstack-start'
const nodeOf = (name: FrameworkName): string => (needsNode22(name) ? pathOf('node22') : process.execPath)
const folderOf = (name: FrameworkName): string => join(root, needsNode22(name) ? 'frameworks-22' : 'frameworks')
const modulesOf = (name: FrameworkName): string => join(folderOf(name), 'node_modules')
const projectOf = (name: FrameworkName): string => join(folderOf(name), 'projects', name)

function toArguments(name: FrameworkName, parts: readonly string[]): string[] {
  const [script = '', ...more] = parts.map((part) => part.replace('{project}', projectOf(name)))
  return [script.startsWith('/') ? script : join(modulesOf(name), script), ...more]
}

/** The files that are published, with their dependencies beside them: a link would be resolved to this repository. */
function installPackage(modules: string): void {
  const target = join(modules, 'tidings')
  rmSync(target, { recursive: true, force: true })
  mkdirSync(join(target, 'node_modules'), { recursive: true })
  for (const entry of ['dist', 'package.json']) cpSync(join(root, entry), join(target, entry), { recursive: true })
  for (const name of ['cookie-es', 'rou3', 'typebox']) {
    cpSync(join(root, 'node_modules', name), join(target, 'node_modules', name), { recursive: true })
  }
}

/** Vitest's own variables would reach the framework otherwise, `NODE_ENV` among them; nothing calls home. */
function environment(): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    ASTRO_TELEMETRY_DISABLED: '1',
    NEXT_TELEMETRY_DISABLED: '1',
    NUXT_TELEMETRY_DISABLED: '1',
  }
}
