// What a Dockerfile builds, in folders instead of images: its instructions are done as it says, and its CMD is what starts.
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'

/** What would be the last stage's image. */
export interface Image {
  /** The folder that stands for `WORKDIR`. */
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  readonly user: string
  readonly port: number
  /** The program and its arguments, started without a shell. */
  readonly command: readonly string[]
}

interface Stage {
  readonly base: string
  /** Stands for the stage's `/`. */
  readonly root: string
  workdir: string
  env: Record<string, string>
  user: string
  port: number
  command: readonly string[]
}

/** Builds `dockerfile` with the files of `context`, in folders below `target`; `env` is for its RUN lines alone. */
export async function buildImage(
  dockerfile: string,
  { context, target, env }: { readonly context: string; readonly target: string; readonly env: NodeJS.ProcessEnv },
): Promise<Image> {
  const stages = new Map<string, Stage>()
  let stage: Stage | undefined
  for (const [instruction, rest] of instructionsOf(dockerfile)) {
    if (instruction === 'FROM') {
      const [base = '', , name = 'last'] = rest.split(/\s+/)
      stage = startStage(base, join(target, name))
      stages.set(name, stage)
    } else if (stage === undefined) throw new Error(`${instruction} before FROM`)
    else if (instruction === 'COPY') copy(rest, stage, context, stages)
    else if (instruction === 'RUN')
      await promisify(execFile)('/bin/sh', ['-c', rest], { cwd: placeOf(stage, '.'), env })
    else apply(stage, instruction, rest)
  }
  if (stage === undefined) throw new Error('There is no stage.')
  const { user, port, command } = stage
  return { folder: placeOf(stage, '.'), env: stage.env, user, port, command }
}

function instructionsOf(dockerfile: string): (readonly [string, string])[] {
  const lines = dockerfile.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'))
  return lines.map((line) => {
    const space = line.indexOf(' ')
    return [line.slice(0, space), line.slice(space + 1)]
  })
}

function startStage(base: string, root: string): Stage {
  mkdirSync(root, { recursive: true })
  return { base, root, workdir: '/', env: {}, user: 'root', port: 0, command: [] }
}

function apply(stage: Stage, instruction: string, rest: string): void {
  if (instruction === 'WORKDIR') {
    stage.workdir = rest
    mkdirSync(placeOf(stage, '.'), { recursive: true })
  } else if (instruction === 'ENV') {
    const [name = '', value = ''] = rest.split('=')
    stage.env[name] = value
  } else if (instruction === 'USER') stage.user = rest
  else if (instruction === 'EXPOSE') stage.port = Number(rest)
  // A list is started as it is; a text would be the argument of a shell, which passes no signals on.
  else if (instruction === 'CMD') stage.command = JSON.parse(rest) as string[]
  else throw new Error(`No rule for ${instruction}`)
}

function copy(rest: string, stage: Stage, context: string, stages: ReadonlyMap<string, Stage>): void {
  const words = rest.split(/\s+/)
  const from = /^--from=(.*)$/.exec(words[0] ?? '')?.[1]
  const paths = from === undefined ? words : words.slice(1)
  const to = placeOf(stage, paths.at(-1) ?? '')
  for (const path of paths.slice(0, -1)) {
    const source = from === undefined ? join(context, path) : join(stages.get(from)?.root ?? '', path)
    // Of a folder COPY takes what is in it, and of a file the file.
    cpSync(source, statSync(source).isDirectory() ? to : join(to, basename(source)), { recursive: true })
  }
}

function placeOf({ root, workdir }: Stage, path: string): string {
  return join(root, path.startsWith('/') ? path : join(workdir, path))
}
