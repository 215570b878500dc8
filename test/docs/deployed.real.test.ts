// The image and the manifest that docs/deploying.md prints: what can be tried of them without Docker and Kubernetes.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, onTestFinished, test } from 'vitest'
import { stream } from '../../src/client/index.ts'
import { describeWith } from '../support/component/component.ts'
import { freePort } from '../support/component/free-port.ts'
import { startRedis } from '../support/component/redis.ts'
import { buildImage, type Image } from '../support/deployed/image.ts'
import {
  bundling,
  dockerfile,
  readDeployment,
  readManifest,
  server,
  serverOverSqlite,
  timesOf,
  writeServer,
} from '../support/deployed/printed.ts'
import { startRegistry } from '../support/deployed/registry.ts'
import { root } from './examples/find.mjs'

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-deployed-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }))
  return folder
}

/** Starts the server with an environment, and resolves with its address and its process once it listens. */
async function start(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv) {
  const [program = '', ...flags] = command
  const port = await freePort()
  const node = spawn(program === 'node' ? process.execPath : program, flags, {
    cwd,
    env: { ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(node, 'exit')
  onTestFinished(async () => {
    node.kill('SIGKILL')
    await exited
  })
  await Promise.race([once(node.stdout, 'data'), exited])
  return { node, exited, url: `http://127.0.0.1:${port}` }
}

describe('the manifest', () => {
  const deployment = readDeployment()
  const { metadata, spec: pod } = deployment.spec.template
  const [container] = pod.containers
  const { startupProbe, readinessProbe, livenessProbe } = container

  test('has what a rollout without a pause needs', () => {
    expect([...readManifest().keys()]).toEqual(['Deployment', 'Service', 'PodDisruptionBudget', 'Ingress'])
    expect(deployment.spec.replicas).toBeGreaterThan(1)
    expect(deployment.spec.strategy.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 })
    expect(container.lifecycle).toBeUndefined()
  })

  test('has times that add up', () => {
    const { notReadyMs, spreadMs, drainMs, graceMs, probeEveryMs, probeTimeoutMs, failureThreshold } =
      timesOf(deployment)
    expect(notReadyMs).toBeGreaterThan(probeEveryMs * failureThreshold + probeTimeoutMs)
    expect(notReadyMs + spreadMs).toBeLessThan(drainMs)
    expect(drainMs).toBeLessThan(graceMs)
    expect(spreadMs).toBeGreaterThan(0)
  })

  test('is let into a namespace that enforces the restricted Pod Security Standard', () => {
    const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }
    expect(pod).toMatchObject({
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [{ securityContext }],
    })
  })

  test('refers to ports, labels and services that it has', () => {
    const [port] = container.ports
    for (const probe of [startupProbe, readinessProbe, livenessProbe]) expect(probe.httpGet.port).toBe(port?.name)
    const manifest = readManifest()
    expect(manifest.get('Deployment')).toMatchObject({ spec: { selector: { matchLabels: metadata.labels } } })
    expect(manifest.get('PodDisruptionBudget')).toMatchObject({ spec: { selector: { matchLabels: metadata.labels } } })
    expect(pod).toMatchObject({ topologySpreadConstraints: [{ labelSelector: { matchLabels: metadata.labels } }] })
    const service = {
      metadata: { name: 'orders' },
      spec: { selector: metadata.labels, ports: [{ targetPort: port?.name }] },
    }
    expect(manifest.get('Service')).toMatchObject(service)
    const backend = { service: { name: 'orders', port: { name: port?.name } } }
    expect(manifest.get('Ingress')).toMatchObject({ spec: { rules: [{ http: { paths: [{ backend }] } }] } })
  })

  test('sets what the server reads, and probes what it answers', async () => {
    const read = /^const \{([^}]*)\} = process\.env$/m.exec(server)?.[1]
    for (const { name } of container.env) expect(read).toMatch(new RegExp(`\\b${name} = `))
    expect(server).toContain(`PORT = ${container.ports[0]?.containerPort},`)
    const script = writeServer('probed', serverOverSqlite)
    const { url } = await start(['node', script], root, { REDIS_URL: join(makeFolder(), 'events.db') })
    for (const { httpGet } of [startupProbe, readinessProbe, livenessProbe])
      expect((await fetch(url + httpGet.path)).status).toBe(200)
    expect((await fetch(`${url}/other`)).status).toBe(404)
  })
})

/** Builds the printed Dockerfile with the packed tarball, as a user who has installed it would have it. */
async function build(): Promise<Image> {
  const [context, target, cache] = [makeFolder(), makeFolder(), makeFolder()]
  const own = { PATH: process.env['PATH'], HOME: cache, npm_config_cache: cache, npm_config_loglevel: 'error' }
  const npm = async (words: string[], env: NodeJS.ProcessEnv): Promise<string> =>
    (await promisify(execFile)('npm', words, { cwd: context, env })).stdout
  const packed = (await npm(['pack', root, '--ignore-scripts'], own)).trim()
  const env = { ...own, npm_config_registry: await startRegistry(join(context, packed)) }
  writeFileSync(join(context, 'package.json'), JSON.stringify({ name: 'orders', private: true, type: 'module' }))
  await npm(['install', '--package-lock-only', '--no-audit', '--no-fund', 'tidings', 'ioredis'], env)
  writeFileSync(join(context, 'server.mjs'), server)
  return buildImage(dockerfile, { context, target, env })
}

/** Starts the server on a Redis of its own, publishes and reads an event, and has it end by one SIGTERM. */
async function expectToServeAndEnd(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  const redis = await startRedis()
  onTestFinished(() => redis.remove())
  const { node, exited, url } = await start(command, cwd, { ...env, REDIS_URL: `redis://127.0.0.1:${redis.port}` })
  const headers = { 'content-type': 'application/json' }
  expect((await fetch(`${url}/orders`, { method: 'POST', headers, body: '{"n":1}' })).status).toBe(200)
  const reading = stream<{ n: number }>(`${url}/orders`, { as: 'json', retry: false })[Symbol.asyncIterator]()
  expect((await reading.next()).value?.data).toEqual({ n: 1 })
  node.kill('SIGTERM')
  await expect(reading.next()).rejects.toThrow()
  expect(await exited).toEqual([0, null])
}

describeWith('redis-server', 'the image', () => {
  test('is built of the packed tarball, and its CMD ends by one SIGTERM, without a shell in between', async () => {
    const { folder, env, user, port, command } = await build()
    const [container] = readDeployment().spec.template.spec.containers
    expect([user, port, command]).toEqual(['node', container.ports[0]?.containerPort, ['node', 'server.mjs']])
    expect(existsSync(join(folder, 'node_modules', 'vitest'))).toBe(false)
    await expectToServeAndEnd(command, folder, env)
  })

  test('can be one file, bundled as printed', async () => {
    const folder = makeFolder()
    writeServer('server', server)
    const [npx, program, ...flags] = bundling
    expect([npx, program]).toEqual(['npx', 'esbuild'])
    const outfile = `--outfile=${join(folder, 'bundle.mjs')}`
    const placed = flags.map((flag) => (flag.startsWith('--outfile=') ? outfile : flag))
    const cwd = join(root, 'test', 'output', 'deployed')
    await promisify(execFile)(join(root, 'node_modules', '.bin', 'esbuild'), placed, { cwd })
    await expectToServeAndEnd(['node', 'bundle.mjs'], folder, {})
  })
})
