// The metrics of a register, as Prometheus reads them.
import type { Registry } from 'prom-client'

export class Scrape {
  readonly text: string
  readonly #values: ReadonlyMap<string, number>

  private constructor(text: string) {
    this.text = text
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    this.#values = new Map(
      lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
    )
  }

  static async of(register: Registry): Promise<Scrape> {
    return new Scrape(await register.metrics())
  }

  /** The value of a series, named with its labels as in the text; `undefined` where there is none. */
  value(series: string): number | undefined {
    return this.#values.get(series)
  }

  /** All series whose name begins like this. */
  series(name: string): Record<string, number> {
    return Object.fromEntries([...this.#values].filter(([series]) => series.startsWith(name)))
  }
}
