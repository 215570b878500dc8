// What docs/deploying.md prints for a deployment: the server, its image, and its manifest.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { read, root } from '../../docs/examples/find.mjs'

/** The code of the fence of `language` that holds `part`. */
function fenceWith(language: string, part: string): string {
  const fences = [...read('docs/deploying.md').matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))]
  const code = fences.map(([, text = '']) => text).find((text) => text.includes(part))
  if (code === undefined) throw new Error(`docs/deploying.md prints no ${language} with ${part}.`)
  return code
}

/** The server to deploy. */
export const server: string = fenceWith('js', 'NOT_READY_MS')

/** Its Dockerfile. */
export const dockerfile: string = fenceWith('dockerfile', 'FROM')

/** The words of the command that bundles the server, as a shell would have them. */
export const bundling: readonly string[] = wordsOf(fenceWith('sh', 'npx esbuild'))

/** The configuration of nginx in front of two nodes. */
export const nginx: string = fenceWith('nginx', 'upstream')

function wordsOf(command: string): string[] {
  const words = command.replaceAll('\\\n', ' ').match(/(?:[^\s"]|"[^"]*")+/g) ?? []
  return words.map((word) => word.replaceAll('"', ''))
}

/** The same over a SQLite file, whose path is in the place of the address of Redis. */
export const serverOverSqlite: string = [
  ["import { Redis } from 'ioredis'\n", ''],
  ["{ redisJournal } from 'tidings/journal/redis'", "{ sqliteJournal } from 'tidings/journal/sqlite'"],
  ['const redis = new Redis(REDIS_URL)\n', ''],
  ['redisJournal(redis)', 'sqliteJournal(REDIS_URL, { pollMs: 20 })'],
  ['redis.disconnect()\n', ''],
].reduce((code, [before = '', after = '']) => replaceOnce(code, before, after), server)

/** Its runs take 40 s instead of 2: less than the manifest's `DRAIN_MS`. */
export const slowServerOverSqlite: string = replaceOnce(serverOverSqlite, 'await sleep(100)', 'await sleep(2000)')

/** Writes a server where it finds the package, listening on loopback alone. Returns its path. */
export function writeServer(name: string, code: string): string {
  const folder = join(root, 'test', 'output', 'deployed')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, `${name}.mjs`)
  writeFileSync(path, replaceOnce(code, 'port: Number(PORT)', "port: Number(PORT), hostname: '127.0.0.1'"))
  return path
}

function replaceOnce(code: string, before: string, after: string): string {
  if (code.split(before).length !== 2) throw new Error(`docs/deploying.md does not have this once: ${before}`)
  return code.replace(before, after)
}

/** A probe of the manifest. */
export interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string }
  readonly periodSeconds: number
  readonly timeoutSeconds?: number
  readonly failureThreshold: number
}

/** The part of a manifest that tells how nodes are started and stopped. */
export interface Deployment {
  readonly kind: 'Deployment'
  readonly spec: {
    readonly replicas: number
    readonly strategy: { readonly rollingUpdate: { readonly maxSurge: number; readonly maxUnavailable: number } }
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> }
      readonly spec: {
        readonly terminationGracePeriodSeconds: number
        readonly containers: readonly [Container]
      }
    }
  }
}

interface Container {
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
  readonly env: readonly { readonly name: string; readonly value: string }[]
  readonly startupProbe: Probe
  readonly readinessProbe: Probe
  readonly livenessProbe: Probe
  readonly lifecycle?: unknown
}

/** The documents of the manifest, by their kinds. Fails where YAML finds anything odd. */
export function readManifest(): ReadonlyMap<string, unknown> {
  const documents = parseAllDocuments(fenceWith('yaml', 'kind: Deployment'), { strict: true })
  const problems = documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])
  if (problems[0] !== undefined) throw problems[0]
  return new Map(documents.map((one) => [String(one.get('kind')), one.toJS() as unknown]))
}

/** The manifest's deployment: its shape is what the tests of the manifest check. */
export function readDeployment(): Deployment {
  return readManifest().get('Deployment') as Deployment
}

/** The times of the manifest in milliseconds, from its environment and its probes. */
export interface Times {
  readonly notReadyMs: number
  readonly spreadMs: number
  readonly drainMs: number
  readonly graceMs: number
  readonly probeEveryMs: number
  readonly probeTimeoutMs: number
  readonly failureThreshold: number
}

/** The times of a deployment. */
export function timesOf({ spec }: Deployment): Times {
  const { terminationGracePeriodSeconds, containers } = spec.template.spec
  const [{ env, readinessProbe }] = containers
  const ms = (name: string): number => Number(env.find((variable) => variable.name === name)?.value)
  return {
    notReadyMs: ms('NOT_READY_MS'),
    spreadMs: ms('SPREAD_MS'),
    drainMs: ms('DRAIN_MS'),
    graceMs: terminationGracePeriodSeconds * 1000,
    probeEveryMs: readinessProbe.periodSeconds * 1000,
    probeTimeoutMs: (readinessProbe.timeoutSeconds ?? 1) * 1000,
    failureThreshold: readinessProbe.failureThreshold,
  }
}
