// Benchmark of type checking: the compile time of 200 routes. Run: `node bench/types/run.mjs` (after a build).
import { formatCount, formatTable } from '../report/table.mjs'
import { measure } from './measure.mjs'
import { createProgram, packages, routeCount, variants } from './program.mjs'
import { createProject, removeProject } from './project.mjs'

const rounds = 5
const titles = {
  schemas: 'the schemas alone',
  'by hand': 'handlers, typed by hand',
  routes: 'routes',
  client: 'routes and a call of each',
}

for (const compiler of ['TypeScript 7', 'TypeScript 6']) {
  const rows = await measureVariants(compiler)
  console.log(`\n${compiler}, ${routeCount} routes, one thread, minimum of ${rounds} rounds\n`)
  console.log(formatTable(columns(rows[0]), rows))
}

/** Measures the variants in turn, so that a busy moment of the machine affects all of them. */
async function measureVariants(compiler) {
  const rows = variants.map((variant) => ({ variant, samples: [] }))
  const folders = variants.map((variant) => createProject(createProgram(variant), { packages }))
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, row] of rows.entries()) row.samples.push(await measure(compiler, folders[index]))
    }
  } finally {
    for (const folder of folders) removeProject(folder)
  }
  return rows.map(({ variant, samples }) => ({ title: titles[variant], ...toMinimum(samples) }))
}

function columns(base) {
  return [
    { title: '', value: ({ title }) => title },
    { title: 'instantiations', value: ({ instantiations }) => formatCount(instantiations) },
    {
      title: 'a route',
      value: ({ instantiations }) => formatCount((instantiations - base.instantiations) / routeCount),
    },
    { title: 'check ms', value: ({ checkMs }) => formatCount(checkMs) },
    { title: 'us a route', value: ({ checkMs }) => formatCount(((checkMs - base.checkMs) * 1000) / routeCount) },
    { title: 'memory MB', value: ({ memoryKb }) => formatCount(memoryKb / 1024) },
  ]
}

/** The minimum of each figure over the rounds, because other programs can only make a compiler slower. */
function toMinimum(samples) {
  return Object.fromEntries(
    Object.keys(samples[0]).map((name) => [name, Math.min(...samples.map((sample) => sample[name]))]),
  )
}
