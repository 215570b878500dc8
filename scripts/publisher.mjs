// What only the publisher knows, from publisher.json: where the code lives, where to report bugs, and whom to tell of a hole.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Each field with what belongs there and a check of it. */
const fields = {
  repository: {
    what: 'the address to clone from, such as git+https://example.com/name/tidings.git',
    isRight: isAddress,
  },
  homepage: { what: 'the address of the page that introduces the package', isRight: isAddress },
  bugs: { what: 'the address where bugs are reported', isRight: isAddress },
  security: {
    what: 'the address or the e-mail address that takes private reports of vulnerabilities',
    isRight: isContact,
  },
}

/** Reads `publisher.json`. */
export function readPublisher(file = fileURLToPath(new URL('../publisher.json', import.meta.url))) {
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** A line for each field that is still to be filled in, or cannot be what it says. */
export function findMissing(publisher) {
  return Object.entries(fields).flatMap(([name, { what, isRight }]) => {
    const value = publisher[name] ?? ''
    if (value === '') return [`publisher.json: "${name}" is empty; it takes ${what}`]
    return isRight(value) ? [] : [`publisher.json: "${name}" is ${JSON.stringify(value)}; it takes ${what}`]
  })
}

/** The manifest as it is published: with the publisher's addresses in npm's own fields. */
export function fillIn(manifest, { repository, homepage, bugs }) {
  return { ...manifest, homepage, bugs: { url: bugs }, repository: { type: 'git', url: repository } }
}

function isAddress(value) {
  return URL.canParse(value) && /^(git\+)?https:$/.test(new URL(value).protocol)
}

function isContact(value) {
  return isAddress(value) || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)
}
