// Random Markdown: pieces that mean something to each other, in any order.
import fc from 'fast-check'

const pieces = [
  ...[
    'a',
    'word',
    'two words',
    ' ',
    '  ',
    '\n',
    '\n\n',
    '\n\n\n',
    '\t',
    '    ',
    '\\',
    '中文，字。',
    'עברית ',
    '👩‍👩‍👧',
    '\u0301',
    '\0',
    '\r\n',
    '\r',
  ],
  ...[
    '*',
    '**',
    '_',
    '__',
    '~~',
    '`',
    '``',
    '```',
    '```js\n',
    '~~~\n',
    '\n```\n',
    '[',
    ']',
    '(',
    ')',
    '](',
    '![',
    '[x](https://a.example/b_c) ',
  ],
  ...[
    '<',
    '>',
    '&',
    '&amp;',
    '&lt',
    '<b>',
    '</b>',
    '<br>',
    '<!--',
    '-->',
    '<div>\n',
    '</div>\n\n',
    '<script>',
    '</script>',
    '<details>',
  ],
  ...[
    '\n# ',
    '\n## h\n',
    '\n===\n',
    '\n---\n',
    '\n- ',
    '\n* ',
    '\n  - ',
    '\n1. ',
    '\n2) ',
    '\n- [ ] ',
    '\n- [x] ',
    '\n> ',
    '\n> > ',
    '>\n',
  ],
  ...[
    '\n| a | b |\n',
    '|---|:-:|\n',
    '| 1 | 2 |\n',
    '|',
    '\n[a]: http://b.example\n',
    'https://c.example/d ',
    'www.e.example',
    'f@g.example',
  ],
  ...[
    'word '.repeat(300),
    'a*b '.repeat(300),
    '- item\n'.repeat(150),
    '| 1 | 2 |\n'.repeat(120),
    '\n\nparagraph with *some* `code`.'.repeat(40),
  ],
]

/** A text of Markdown. */
export const markdownSource = fc
  .array(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...pieces) }, { weight: 1, arbitrary: fc.string() }), {
    maxLength: 60,
  })
  .map((parts) => parts.join(''))

/** A text of Markdown, and where it is cut: anywhere, also in the middle of a character. */
export const cutMarkdown = markdownSource.chain((text) =>
  fc.record({
    text: fc.constant(text),
    ends: fc.array(fc.nat(text.length), { maxLength: 12 }).map((ends) => ends.toSorted((a, b) => a - b)),
  }),
)
