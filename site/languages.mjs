// Grammars for the highlighter (TextMate's kind) of configuration files that it does not know: a directive first on its line,
// comments, texts, amounts, variables and blocks. They need no more to be read.

/** A language of directives. `variables` is what a variable looks like. */
const languageOf = (name, variables) => ({
  name,
  displayName: name,
  scopeName: `source.${name}`,
  repository: {},
  patterns: [
    { name: 'comment.line.number-sign', match: '(?<=^|\\s)#.*$' },
    { name: 'string.quoted.double', begin: '"', end: '"|$' },
    { name: 'variable.other', match: variables },
    { name: 'keyword.control', match: '^\\s*[@A-Za-z][\\w.-]*' },
    { name: 'constant.numeric', match: '(?<![\\w.-])\\d[\\w.]*' },
  ],
})

/** The configurations of HAProxy, Caddy and Varnish. */
export const languages = [
  languageOf('haproxy', '%\\[[^\\]]*\\]|\\{[^}]*\\}'),
  languageOf('caddyfile', '\\{[\\w.]+\\}'),
  languageOf('vcl', '(?:bereq|beresp|req|resp|obj)\\.[\\w.-]+'),
]
