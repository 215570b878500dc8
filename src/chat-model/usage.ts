// Token counts of a message: those of its steps are added, counts that grow within one step replace each other.
import type { Usage } from './event.ts'

const counts = ['inputTokens', 'outputTokens', 'reasoningTokens', 'cacheReadTokens', 'cacheWriteTokens'] as const

/** The sum of two usages. What a provider gave as it is (`raw`) is that of one call: a sum of two has none. */
export function addUsage(one: Usage | undefined, other: Usage | undefined): Usage | undefined {
  if (one === undefined || other === undefined) return one ?? other
  const sum: { -readonly [Name in (typeof counts)[number]]?: number } = {}
  for (const name of counts) {
    const [left, right] = [one[name], other[name]]
    if (left !== undefined || right !== undefined) sum[name] = (left ?? 0) + (right ?? 0)
  }
  return sum
}

/** What one source has said. */
interface Account {
  /** What ended before the current step: it is final. */
  settled: Usage | undefined
  /** The steps before the current one since the source's last end. */
  steps: Usage | undefined
  step: Usage | undefined
  /** What the source's end said of all of its steps. */
  end: Usage | undefined
  /** Whether the current step has been counted: what comes after that without a count is of the next. */
  isCounted: boolean
}

/** Adds up the usage of one message, over all sources and steps. */
export class UsageSum {
  readonly #accounts = new Map<object, Account>()

  /** A source begins its next call: the counts of the one before are final. */
  begin(source: object): void {
    const account = this.#accounts.get(source)
    if (account === undefined) return
    if (account.end === undefined) account.steps = addUsage(account.steps, account.step)
    else Object.assign(account, nothing, { settled: addUsage(account.settled, account.end) })
    account.step = undefined
    account.isCounted = false
  }

  /** A source goes on to speak. Where its step has been counted already, this is another one. */
  goOn(source: object): void {
    if (this.#accounts.get(source)?.isCounted === true) this.begin(source)
  }

  /** Counts of the current step. Fields that come again replace the earlier ones. */
  takeStep(source: object, usage: Usage): void {
    const account = this.#account(source)
    account.isCounted = true
    account.step = { ...account.step, ...usage }
  }

  /** Counts of all that the source has done since its last end; they replace those of its steps. */
  takeEnd(source: object, usage: Usage): void {
    const account = this.#account(source)
    account.isCounted = true
    account.end = { ...account.end, ...usage }
  }

  /** The sum so far; `undefined` where no source has said anything. */
  get total(): Usage | undefined {
    let total: Usage | undefined
    for (const { settled, steps, step, end } of this.#accounts.values()) {
      total = addUsage(total, addUsage(settled, end ?? addUsage(steps, step)))
    }
    return total
  }

  #account(source: object): Account {
    const known = this.#accounts.get(source)
    if (known !== undefined) return known
    const account: Account = { settled: undefined, ...nothing }
    this.#accounts.set(source, account)
    return account
  }
}

const nothing = { steps: undefined, step: undefined, end: undefined, isCounted: false } as const
