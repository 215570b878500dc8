// `metrics()`: what servers and channels do, as numbers for Prometheus.
import {
  checkOptions,
  describeValue,
  required,
  TidingsError,
  typed,
  wholeNumber,
  type OptionCheck,
  type OptionChecks,
} from '../base/index.ts'
import type { Channels } from '../channel/index.ts'
import type { Middleware } from '../server/index.ts'
import { ChannelMetrics } from './channel-metrics.ts'
import { channelsCheck } from './channels-option.ts'
import { Meter, type PrometheusClient } from './prometheus.ts'
import { StreamMetrics } from './stream-metrics.ts'
import { TopicLabels } from './topic-labels.ts'
import { usedByServer } from './used-by-server.ts'

/** Options of {@link metrics}. */
export interface MetricsOptions<Registry> {
  /** Where the metrics are registered. Default: the default registry of `prom-client`. */
  readonly register?: Registry | undefined
  /** Whose topics, runs and journals are measured. Default: none. */
  readonly channels?: readonly Channels[] | undefined
  /** What the names of all metrics begin with. Default `tidings_`. */
  readonly prefix?: string | undefined
  /**
   * How many topics have a series of their own, those that had readers first. All later ones are counted together, as the
   * topic `other`. Default 100; 0 for all together.
   */
  readonly maxTopics?: number | undefined
  /**
   * Returns the label of a topic, so that many topics are one series (`orders/17` and `orders/18` as `orders`). Default: its
   * name. One for which it throws is counted as `other`.
   */
  readonly topicLabel?: ((topic: string) => string) | undefined
}

const prefixCheck: OptionCheck = (name, value) => {
  if (value === undefined || (typeof value === 'string' && /^[a-zA-Z_:][\w:]*$/.test(value))) return
  throw new TidingsError(
    'ERR_OPTION',
    `${name} must begin a name of Prometheus, as tidings_ does: ${describeValue(value)}.`,
  )
}

const checks: OptionChecks<MetricsOptions<unknown>> = {
  register: typed('object'),
  channels: channelsCheck,
  prefix: prefixCheck,
  maxTopics: wholeNumber({ least: 0 }),
  topicLabel: typed('function'),
}

/**
 * Middleware for `server.use`, one or several servers, that counts and times their streams in metrics of `prom-client`, and what
 * happens to the topics, runs and journals of `channels`. Use it before other middleware: the time to a stream's first event
 * begins there. Labels are paths of routes as declared, never urls.
 *
 * @example
 * import * as client from 'prom-client'
 * import { defineRoute, Server } from 'tidings'
 * import { metrics } from 'tidings/observe'
 *
 * const server = new Server([
 *   defineRoute({
 *     method: 'GET',
 *     path: '/metrics',
 *     handler: async () =>
 *       new Response(await client.register.metrics(), { headers: { 'content-type': client.register.contentType } }),
 *   }),
 * ])
 * server.use(metrics(client))
 *
 * @throws TidingsError `ERR_OPTION` for a client that is none, and for an option that does not exist or cannot work; what
 * `prom-client` throws for a name that is registered already
 */
export function metrics<Registry>(
  client: PrometheusClient<Registry>,
  options: MetricsOptions<Registry> = {},
): Middleware {
  checkClient(client)
  checkOptions('metrics()', options, checks)
  const { channels = [], prefix = 'tidings_', register, maxTopics = 100, topicLabel = (topic) => topic } = options
  const meter = new Meter(client, prefix, register)
  const streams = new StreamMetrics(meter)
  if (channels.length > 0) {
    const observer = new ChannelMetrics(meter, channels, new TopicLabels(maxTopics, topicLabel))
    for (const one of channels) one.observe(observer)
  }
  return usedByServer('metrics()', {
    attach: (server) => streams.attach(server),
    middleware: (ctx, next) => {
      streams.begin(ctx)
      return next()
    },
  })
}

function checkClient(client: unknown): void {
  for (const name of ['Counter', 'Gauge', 'Histogram']) {
    const make: unknown = Reflect.get(Object(client), name)
    required(typed('function'))(`metrics(): ${name} of prom-client`, make)
  }
}
