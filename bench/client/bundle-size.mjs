// The size that each client adds to a page: bundled, minified, gzipped.
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { buildSync } from 'esbuild'

const folder = fileURLToPath(new URL('.', import.meta.url))

/** The bundle size of each reader in bytes; `undefined` for a reader without a `bundle`. */
export function bundleSizes(readers) {
  return readers.map(({ bundle }) => (bundle === undefined ? undefined : sizeOf(...bundle)))
}

function sizeOf(name, module) {
  const { outputFiles } = buildSync({
    stdin: { contents: `export { ${name} } from '${module}'`, resolveDir: folder },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'error',
  })
  return gzipSync(outputFiles[0].contents, { level: 9 }).byteLength
}
