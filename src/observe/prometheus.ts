// The few methods of `prom-client` that are called, and the metrics that are made by them.

/** The labels of one series of a metric, by name. */
export type Labels = Partial<Record<string, string | number>>

/** What every metric is made of. */
export interface MetricConfiguration<Registry> {
  name: string
  help: string
  labelNames?: string[]
  registers?: Registry[]
  /** Called when the metrics are read. */
  collect?: () => void
}

/** What a histogram is made of. */
export interface HistogramConfiguration<Registry> extends MetricConfiguration<Registry> {
  /** The upper bounds of its buckets. */
  buckets?: number[]
}

/** A number that only grows. */
export interface Counter {
  inc(labels: Labels, value?: number): void
}

/** A number that goes up and down. */
export interface Gauge {
  inc(labels: Labels, value?: number): void
  dec(labels: Labels, value?: number): void
  set(labels: Labels, value: number): void
  reset(): void
}

/** Numbers, counted by size. */
export interface Histogram {
  observe(labels: Labels, value: number): void
}

/** The package `prom-client`, as far as it is used here: `import * as client from 'prom-client'`. */
export interface PrometheusClient<Registry> {
  readonly Counter: new (configuration: MetricConfiguration<Registry>) => Counter
  readonly Gauge: new (configuration: MetricConfiguration<Registry>) => Gauge
  readonly Histogram: new (configuration: HistogramConfiguration<Registry>) => Histogram
}

/** Makes metrics that have one prefix and one register. */
export class Meter<Registry> {
  readonly #client: PrometheusClient<Registry>
  readonly #prefix: string
  readonly #register: Registry | undefined

  constructor(client: PrometheusClient<Registry>, prefix: string, register: Registry | undefined) {
    this.#client = client
    this.#prefix = prefix
    this.#register = register
  }

  counter(name: string, help: string, labelNames: string[] = []): Counter {
    return new this.#client.Counter(this.#configuration(name, help, labelNames))
  }

  /** `collect` is called when the metrics are read, to set the gauge to what is then true. */
  gauge(name: string, help: string, labelNames: string[] = [], collect?: (gauge: Gauge) => void): Gauge {
    const configuration = this.#configuration(name, help, labelNames)
    if (collect === undefined) return new this.#client.Gauge(configuration)
    const gauge: Gauge = new this.#client.Gauge({ ...configuration, collect: () => collect(gauge) })
    return gauge
  }

  /** A histogram of seconds. `buckets` are the upper bounds. */
  seconds(name: string, help: string, labelNames: string[], buckets: number[]): Histogram {
    return new this.#client.Histogram({ ...this.#configuration(name, help, labelNames), buckets })
  }

  #configuration(name: string, help: string, labelNames: string[]): MetricConfiguration<Registry> {
    const configuration = { name: this.#prefix + name, help, labelNames }
    return this.#register === undefined ? configuration : { ...configuration, registers: [this.#register] }
  }
}

/** What makes metrics, wherever they are registered. */
export type MetricMaker = Pick<Meter<unknown>, 'counter' | 'gauge' | 'seconds'>
