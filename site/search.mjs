// What the search reads, and what it takes for words. The two functions for words are sent to the page as text: neither may use
// anything outside itself.
//
// Chinese is cut into pairs of characters, not by Intl.Segmenter: that has no word for most terms of this field (it makes
// four of 断线重连 and two of 背压), and cuts the same word one way in a sentence and another way alone.

/**
 * The words of a page: of a name each end that begins at one of its words, so that `expectSeq` is found by `seq` too and
 * `Last-Event-ID` by `event-id`; of Chinese each pair of characters, and the last one.
 */
export function toTerms(text) {
  const found = text.match(
    /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{N}_$])+(?:[-.](?!\p{Script=Han})[\p{L}\p{N}_$]+)*/gu,
  )
  return (found ?? []).flatMap((word) => {
    if (/\p{Script=Han}/u.test(word)) return Array.from(word, (_, index) => word.slice(index, index + 2))
    const borders = word.matchAll(/(?<=[-._$])(?=[^-._$])|(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g)
    return [word, ...Array.from(borders, ({ index }) => word.slice(index))]
  })
}

/** The words that are looked for: names whole, so that all of them is found, and Chinese by its pairs. */
export function toQuery(text) {
  const found = text.match(
    /\p{Script=Han}+|(?:(?!\p{Script=Han})[\p{L}\p{N}_$])+(?:[-.](?!\p{Script=Han})[\p{L}\p{N}_$]+)*/gu,
  )
  return (found ?? []).flatMap((word) => {
    if (word.length === 1 || !/\p{Script=Han}/u.test(word)) return [word]
    return Array.from(word.slice(1), (_, index) => word.slice(index, index + 2))
  })
}

/** The HTML of a page as it is searched. A place that can be found in the reference is a name; its parts are words of that. */
export function toSearched(source, env, markdown) {
  const isReference = env.path.replaceAll('\\', '/').includes('/site/output/pages/')
  const html = markdown.render(isReference ? withoutParts(source) : source, env)
  return env.frontmatter?.search === false ? '' : html
}

/** A page of the reference without code and headings such as Interfaces (level 2), Properties (4), Returns (6) and parameters. */
function withoutParts(source) {
  let isAmongParameters = false
  const lines = source.replace(/^```[^]*?^```$/gm, '').split('\n')
  const kept = lines.filter((line) => {
    const [, marks, text] = /^(#+) (.*)$/.exec(line) ?? []
    if (marks === undefined) return true
    if (marks.length < 5) isAmongParameters = text.endsWith('Parameters')
    return marks.length % 2 === 1 && !isAmongParameters
  })
  return kept.join('\n')
}
