// The API reference, made from the doc comments of what the subpaths of package.json export. A warning is a failure: a
// type that no subpath exports, a link that leads nowhere.
//
// `npm run reference` installs what this needs, and runs it. The pages, one for each subpath, are Markdown in `output`; the
// site shows them.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Application, Comment, Converter, ReflectionKind } from 'typedoc'
import { load as toMarkdown, ModuleRouter } from 'typedoc-plugin-markdown'

const root = new URL('../', import.meta.url)
const pathOf = (path) => fileURLToPath(new URL(path, root))
const { exports } = JSON.parse(readFileSync(pathOf('package.json'), 'utf8'))
/** What each room with a public door is imported as: `adapters/node` as `tidings/node`. */
const subpaths = new Map(
  Object.entries(exports)
    .filter(([, target]) => target.endsWith('.js'))
    .map(([subpath, target]) => [target.slice('./dist/'.length, -'/index.js'.length), subpath.replace('.', 'tidings')]),
)

/**
 * Steps of computations on types, private to the file that exports their result. Nobody can name them, and a page of each
 * would hide that result. A type that users meet, such as an option's, has no place here: a subpath exports it.
 */
const steps = {
  // `Client`, `Ask`: a client's methods from the list of its routes.
  'client/route-client/types.ts': ['Arguments', 'CallOf', 'ClientOf', 'Flat', 'Incomplete', 'ReplyOf', 'TableOf'],
  // `Json`: what is left of a value on the wire.
  'client/route-client/json.ts': ['JsonItem', 'JsonObject', 'NotInJson'],
  // `PathParams`: names from a pattern, read letter by letter.
  'schema/path.ts': ['Names', 'NamedParams', 'RouterParams', 'Special'],
  // `defineRoute` and `defineRoutes`: what the context has, what is wrong with a declaration, what a client gets.
  'server/route.ts': [
    'InferLiterals',
    'OutputOf',
    'Listed',
    'ListVerdict',
    'ParamsIn',
    'ResultOf',
    'InputOf',
    'SchemasOf',
    'HeldBy',
    'StreamOptions',
    'given',
    'Guard',
    'GuardsOf',
  ],
  'server/route-verdict.ts': ['Verdict'],
  // `defineMiddleware`, `StateOf`: what guards hand on. `Resumable`: a context whose state nobody has checked.
  'server/middleware.ts': ['StateOfList', 'Defined', 'Handed'],
  'server/policy.ts': ['UncheckedContext'],
  // `channels.topic`: what is wrong with the type of its events.
  'channel/channels.ts': ['DataOf', 'DataVerdict'],
  // `createPresence`: what is wrong with the type of what is told of a member.
  'channel/presence/presence.ts': ['InfoVerdict'],
  'server/answer.ts': ['JsonVerdict'],
  // `DraftEvent`: an event whose ids may be missing.
  'chat-model/draft.ts': ['Draft', 'Failure'],
  // `chatRoutes`: its routes, and the events of their streams.
  'ai/chat-options.ts': ['RequestContext'],
  'ai/route-types.ts': ['Ask', 'EventOf', 'RunRoute'],
  // `useTopic`: the data of the events that a call gives.
  'react/use-topic.ts': ['DataOf'],
}

const app = await Application.bootstrapWithPlugins({
  name: 'Tidings',
  plugin: [toMarkdown, addRouter],
  router: 'subpath',
  entryFileName: 'index',
  useCodeBlocks: true,
  parametersFormat: 'table',
  // What links lead to is not always the heading's text: before each there is an empty element with its anchor.
  useHTMLAnchors: true,
  // A tag such as <tidings-chat> in a comment is text, not HTML.
  sanitizeComments: true,
  hidePageHeader: true,
  hideBreadcrumbs: true,
  entryPoints: Array.from(subpaths.keys(), (room) => pathOf(`src/${room}/index.ts`)),
  tsconfig: pathOf('reference/tsconfig.json'),
  readme: 'none',
  // In the order of package.json.
  sortEntryPoints: false,
  // TypeBox's `Type` comes with the front door: documented as well, it takes gigabytes and minutes.
  excludeExternals: true,
  // The constructors of classes that only the framework makes.
  excludeInternal: true,
  excludePrivate: true,
  // A page would link to a commit that is not there yet.
  disableSources: true,
  validation: { notExported: true, invalidLink: true, invalidPath: true },
  intentionallyNotExported: Object.entries(steps).flatMap(([file, names]) =>
    names.map((name) => `src/${file}:${name}`),
  ),
})
app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => project.children.forEach(introduce))

const project = await app.convert()
if (project !== undefined) {
  app.validate(project)
  await app.outputs.writeOutput({ name: 'markdown', path: pathOf('reference/output') }, project)
  writeFileSync(pathOf('reference/output/index.md'), listOf(project.children))
}
if (project === undefined || app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1)

/** Gives each subpath a page that is called as it is, and its names a place on that page. */
function addRouter(app) {
  app.renderer.defineRouter(
    'subpath',
    class extends ModuleRouter {
      getIdealBaseName(reflection) {
        if (reflection.kindOf(ReflectionKind.Module)) return pageOf(reflection)
        // Of names no file is written. Yet they would take `sse`, which is a function of `tidings` and a subpath.
        return `names/${super.getIdealBaseName(reflection)}`
      }
    },
  )
}

/** The first page: each subpath, and what it is for. */
function listOf(modules) {
  const rows = modules.map((module) => {
    const [{ text }] = module.comment.summary
    return `- [\`${module.name}\`](${pageOf(module)}.md): ${text.slice(0, 1).toLowerCase()}${text.slice(1)}`
  })
  return ['# Reference', '', 'What each subpath of the package exports.', '', ...rows, ''].join('\n')
}

function pageOf({ name }) {
  return name.replace(/^tidings\//, '')
}

/** Calls a module what it is imported as, and begins it with the first line of its file, which says what it is for. */
function introduce(module) {
  const [line] = readFileSync(pathOf(`src/${module.name}/index.ts`), 'utf8').split('\n')
  const purpose = line.replace(/^\/\/ [\w/-]+: /, '').replace(/^\w/, (letter) => letter.toUpperCase())
  module.name = subpaths.get(module.name)
  module.comment = new Comment([{ kind: 'text', text: purpose }])
}
