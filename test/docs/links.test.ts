// The links in what a visitor of the repository reads, and in what comes with the package: each leads somewhere.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { listTarball } from '../../scripts/tarball.mjs'

const root = fileURLToPath(new URL('../../', import.meta.url))

// Specifications, and the names that RFC 2606 keeps for examples. What only the publisher knows stands in publisher.json.
const allowedAddresses = [
  /^https:\/\/(html|fetch|streams|encoding|dom)\.spec\.whatwg\.org\//,
  /^https:\/\/github\.com\/whatwg\//,
  /^https:\/\/www\.rfc-editor\.org\//,
  /^https:\/\/(www\.)?example\.com(\/|$)/,
]

interface Link {
  readonly file: string
  readonly target: string
}

const documents = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...['docs', 'examples', '.github', '.changeset'].flatMap(markdownIn),
  'bench/README.md',
]
const links = documents.flatMap(linksOf)

test('finds the links there are', () => {
  expect(documents.length).toBeGreaterThan(20)
  expect(links.length).toBeGreaterThan(50)
})

test.each([...new Set(links.map(({ file }) => file))])(
  'every link of %s leads to a file or a heading that exists',
  (file) => {
    expect(links.filter((link) => link.file === file && !isAddress(link) && !exists(link))).toEqual([])
  },
)

test('no link leads to an address that the project does not know to exist', () => {
  const unknown = links.filter((link) => isAddress(link) && !allowedAddresses.some((host) => host.test(link.target)))
  expect(unknown).toEqual([])
})

test.each([
  [{ file: 'README.md', target: 'docs/missing.md' }],
  [{ file: 'README.md', target: 'docs/streams.md#no-such-heading' }],
  [{ file: 'docs/streams.md', target: '../../outside.md' }],
])('a link to nowhere is seen: %o', (link) => {
  expect(exists(link)).toBe(false)
})

describe('the package', { timeout: 60_000 }, () => {
  let shipped: readonly string[] = []
  beforeAll(() => {
    shipped = listTarball().files.map(({ path }: { readonly path: string }) => path)
  }, 60_000)

  test('brings along whatever its documents link to', () => {
    const paths = links.filter((link) => shipped.includes(link.file) && !isAddress(link)).map(pathOf)
    expect(paths.length).toBeGreaterThan(50)
    expect(paths.filter((path) => !shipped.some((file) => file === path || file.startsWith(`${path}/`)))).toEqual([])
  })

  test('has the documents and the examples, and nothing that is of use in a clone alone', () => {
    expect(shipped).toEqual(expect.arrayContaining(['LICENSE', 'docs/streams.md', 'examples/demo/page/index.html']))
    expect(
      shipped.filter((path) =>
        /\.tsbuildinfo$|\.built$|node_modules|^(test|bench|scripts|src|docs\/zh\/translated)\//.test(path),
      ),
    ).toEqual([])
  })
})

test('the manifest names no place that publisher.json does not', () => {
  const { repository = '', homepage = '', bugs = '' } = readJson('package.json')
  const publisher = readJson('publisher.json')
  const allowed = ['', publisher['repository'], publisher['homepage'], publisher['bugs']]
  const named = [repository, homepage, bugs].map((field) => (typeof field === 'string' ? field : field.url))
  expect(named.filter((address) => !allowed.includes(address))).toEqual([])
})

function markdownIn(folder: string): string[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.md')).map((name) => posix.join(folder, name.replaceAll('\\', '/')))
}

/** Links and pictures, of Markdown's own kind and of HTML's, but none in code. */
function linksOf(file: string): Link[] {
  const text = withoutCode(read(file)).replace(/`[^`\n]*`/g, '')
  const found = [...text.matchAll(/\]\(([^)\s]+)[^)]*\)|\b(?:src|href)="([^"]+)"|<(https?:[^>]+)>/g)]
  return found.map(([, link, attribute, plain]) => ({ file, target: link ?? attribute ?? plain ?? '' }))
}

function isAddress({ target }: Link): boolean {
  return /^[a-z][a-z\d+.-]*:/i.test(target)
}

/** Where the link leads, from the root; without a `/` at the end. */
function pathOf({ file, target }: Link): string {
  const [path = ''] = target.split('#')
  return path === '' ? file : posix.join(dirname(file), path).replace(/\/$/, '')
}

function exists(link: Link): boolean {
  const path = pathOf(link)
  const isInside = !path.startsWith('..') && existsSync(join(root, path))
  const anchor = link.target.split('#')[1]
  if (!isInside || anchor === undefined) return isInside
  return statSync(join(root, path)).isFile() && anchorsOf(path).includes(anchor)
}

/** A heading's anchor: lower case, hyphens for blanks, no punctuation. */
function anchorsOf(file: string): string[] {
  const headings = [...withoutCode(read(file)).matchAll(/^#{1,6} +(.+)$/gm)]
  return headings.map(([, heading = '']) =>
    heading
      .trim()
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, '')
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8')
}

function readJson(file: string): Record<string, string | { readonly url: string } | undefined> {
  return JSON.parse(read(file))
}
