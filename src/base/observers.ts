// A set of observers that are told what happens, and can do no harm.
import { TidingsError } from './error.ts'
import { describeValue } from './json.ts'
import { nearestName } from './nearest-name.ts'

/** An observer as it was added. Not a list of one: to take one apart took as long as all that an observer did. */
interface Entry<Observer> {
  readonly observer: Observer
}

/**
 * The observers of one thing. What one of them throws, or rejects with, is reported and reaches nobody else.
 */
export class Observers<Observer extends object> {
  #entries: readonly Entry<Observer>[] = []
  #isTelling = false
  /** What happened inside of a call: told after it, so that all observers are told in the order in which it happened. */
  readonly #waiting: (() => void)[] = []

  get isEmpty(): boolean {
    return this.#entries.length === 0
  }

  /** Adds an observer, until the returned function is called. Added twice, it is told twice. */
  add(observer: Observer): () => void {
    const entry = { observer }
    this.#entries = [...this.#entries, entry]
    return () => {
      this.#entries = this.#entries.filter((other) => other !== entry)
    }
  }

  /**
   * Calls `tell` for each observer. One that is added or removed meanwhile is told from the next call on; what happens inside of
   * a call is told after it, in the same turn.
   */
  tell(tell: (observer: Observer) => unknown, onError: (error: unknown) => void): void {
    this.tellOf(tell, undefined, undefined, onError)
  }

  /** As {@link tell}, of something and a detail of it: for calls so frequent that a function made for each is what they cost. */
  tellOf<Subject, Value>(
    tell: (observer: Observer, subject: Subject, value: Value) => unknown,
    subject: Subject,
    value: Value,
    onError: (error: unknown, subject: Subject) => void,
  ): void {
    if (this.#isTelling) {
      const entries = this.#entries
      this.#waiting.push(() => this.#tellEach(this.#stillOf(entries), tell, subject, value, onError))
      return
    }
    this.#isTelling = true
    try {
      this.#tellEach(this.#entries, tell, subject, value, onError)
      while (this.#waiting.length > 0) this.#waiting.shift()?.()
    } finally {
      this.#isTelling = false
    }
  }

  #stillOf(entries: readonly Entry<Observer>[]): readonly Entry<Observer>[] {
    return entries.filter((entry) => this.#entries.includes(entry))
  }

  #tellEach<Subject, Value>(
    entries: readonly Entry<Observer>[],
    tell: (observer: Observer, subject: Subject, value: Value) => unknown,
    subject: Subject,
    value: Value,
    onError: (error: unknown, subject: Subject) => void,
  ): void {
    for (const { observer } of entries) {
      try {
        const result = tell(observer, subject, value)
        // A function that returns a promise fits a type that returns nothing.
        if (result !== undefined && result instanceof Promise) result.catch((error: unknown) => onError(error, subject))
      } catch (error) {
        onError(error, subject)
      }
    }
  }
}

/**
 * Checks an observer as it is handed in: a misspelt method would never be called. `methods` are those that an observer may have.
 *
 * @throws TidingsError `ERR_OPTION` for what is no object, has none of `methods`, has another property that begins with `on`,
 * or one of them that is no function
 */
export function checkObserver(observer: unknown, methods: readonly string[]): void {
  if (typeof observer !== 'object' || observer === null)
    throw new TidingsError('ERR_OPTION', `observe() needs an object of functions, not ${describeValue(observer)}.`)
  const unknown = Object.keys(observer).find((name) => /^on[A-Z]/.test(name) && !methods.includes(name))
  if (unknown !== undefined) {
    const meant = nearestName(unknown, methods)
    throw new TidingsError('ERR_OPTION', `observe() never calls ${describeValue(unknown)}. Did you mean ${meant}?`)
  }
  const given = methods.filter((name) => Reflect.get(observer, name) !== undefined)
  if (given.length === 0)
    throw new TidingsError('ERR_OPTION', `observe() calls one of ${methods.join(', ')}: the object has none of them.`)
  for (const name of given) {
    const value: unknown = Reflect.get(observer, name)
    if (typeof value === 'function') continue
    throw new TidingsError('ERR_OPTION', `observe(): ${name} must be a function, not ${describeValue(value)}.`)
  }
}
