// An n-gram model: continues a text by what has followed its last tokens in the text that it was trained on. It has no idea of
// what it says.
const longestContext = 3
/** How often the context is one token shorter than it could be, so that texts are mixed rather than recited. */
const shorterShare = 0.25
/** How much more likely a token is where its paragraph has words of the question. */
const topicWeight = 6

/** A word, or a punctuation mark, with the space before it; or line breaks, with the mark of a list item behind them. */
const tokenPattern = /\n+(?:[-#]+ |\d+\. )?| *(?:[\p{L}\p{N}_]+|```\w*|[^\s\p{L}\p{N}_])/gu
const paragraphEnd = '\n\n'
/** How often an answer that is long enough ends with its paragraph. */
const endShare = 0.6

export class NGramModel {
  /** The text, as the numbers of its tokens. */
  #text
  #tokens = []
  /** The number of each token. */
  #numbers = new Map()
  /** Where each token occurs in the text. */
  #places = []
  /** The number of the paragraph at each place, and where each paragraph begins. */
  #paragraphs
  #starts = [0]
  /** Whether each place is in a block of code. */
  #inCode
  /** The numbers of the tokens that are a word, by the word in lower case. */
  #spellings = new Map()

  /** Trains the model. It takes about 40 bytes of memory for each token of the text. */
  constructor(text) {
    const tokens = text.match(tokenPattern) ?? []
    this.#text = new Uint32Array(tokens.length)
    this.#paragraphs = new Uint32Array(tokens.length)
    this.#inCode = new Uint8Array(tokens.length + 1)
    for (let place = 0; place < tokens.length; place += 1) this.#learn(place, tokens[place])
  }

  /** Yields tokens about the words of `question`: from `least` to about `most`, to the end of a paragraph or a sentence. */
  *answer(question, { least = 60, most = 240, random = Math.random } = {}) {
    const scores = this.#score(question)
    const said = []
    let isCode = false
    for (const number of this.#begin(scores, random)) {
      said.push(number)
      yield this.#tokens[number]
    }
    while (said.length > 0 && said.length < most) {
      const number = this.#next({ said, isCode, scores, random })
      const token = this.#tokens[number]
      if (!isCode && token.startsWith(paragraphEnd) && said.length >= least && random() < endShare) return
      if (isFence(token)) isCode = !isCode
      said.push(number)
      yield token
      if (!isCode && token === '.' && said.length > most * 0.7) return
    }
    if (isCode) yield '\n```'
  }

  #learn(place, token) {
    const number = this.#numbers.get(token) ?? this.#add(token)
    this.#text[place] = number
    this.#places[number].push(place)
    this.#inCode[place + 1] = isFence(token) ? 1 - this.#inCode[place] : this.#inCode[place]
    if (token.startsWith(paragraphEnd) && this.#inCode[place] === 0) this.#starts.push(place + 1)
    this.#paragraphs[place] = this.#starts.length - 1
  }

  #add(token) {
    const number = this.#tokens.push(token) - 1
    this.#numbers.set(token, number)
    this.#places.push([])
    const word = token.trim().toLowerCase()
    if (word.length > 2) this.#spellings.set(word, [...(this.#spellings.get(word) ?? []), number])
    return number
  }

  /** How much each paragraph has to do with the question: rare words count more than frequent ones. */
  #score(question) {
    const scores = new Float64Array(this.#starts.length)
    for (const word of new Set(question.toLowerCase().match(/[\p{L}\p{N}_]+/gu))) {
      const places = (this.#spellings.get(word) ?? []).flatMap((number) => this.#places[number])
      const paragraphs = new Set(places.map((place) => this.#paragraphs[place]))
      for (const paragraph of paragraphs) scores[paragraph] += Math.log(this.#starts.length / paragraphs.size)
    }
    return scores
  }

  /** The first tokens of a paragraph that has to do with the question. */
  #begin(scores, random) {
    const starts = this.#starts.filter((start) => /^\p{Lu}/u.test(this.#tokens[this.#text[start]] ?? ''))
    const start = pick(starts, (place) => scores[this.#paragraphs[place]] ** 4 + 1e-6, random)
    return start === undefined ? [] : this.#text.subarray(start, start + 2)
  }

  /** A token that has followed the end of what was said: the longest end, of `longestContext` at most, that any has followed. */
  #next({ said, isCode, scores, random }) {
    const length = longestContext - (random() < shorterShare ? 1 : 0)
    const wanted = isCode ? 1 : 0
    let found = this.#places[said.at(-1)].filter((place) => this.#inCode[place + 1] === wanted)
    for (let back = 1; back < length; back += 1) {
      const longer = found.filter((place) => this.#text[place - back] === said.at(-1 - back))
      if (longer.length === 0) break
      found = longer
    }
    const place = pick(found, (at) => 1 + topicWeight * scores[this.#paragraphs[at]], random)
    return this.#text[(place ?? -1) + 1] ?? this.#text[0]
  }
}

function isFence(token) {
  return token.includes('```')
}

/** One of the items, with a probability that is proportional to its weight; `undefined` if there are none. */
function pick(items, weigh, random) {
  const weights = items.map(weigh)
  let rest = random() * weights.reduce((sum, weight) => sum + weight, 0)
  const index = weights.findIndex((weight) => (rest -= weight) < 0)
  return items.at(index)
}
