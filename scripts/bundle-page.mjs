// Makes one script of the inspector's page and everything that it needs. It is served from the package: no CDN, no files.
import { build } from 'esbuild'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const dist = join(fileURLToPath(new URL('..', import.meta.url)), 'dist')

/** Writes `dist/inspector/page-script.bundle.js`, to which the import `#inspector-page` leads. */
export async function bundlePage() {
  const { outputFiles } = await build({
    entryPoints: [join(dist, 'inspector-page', 'index.js')],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    legalComments: 'none',
  })
  const [{ text }] = outputFiles
  writeFileSync(join(dist, 'inspector', 'page-script.bundle.js'), `export const pageScript = ${JSON.stringify(text)}\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundlePage()
