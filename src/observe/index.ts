// observe: what runs, for those who run it: metrics, traces, diagnostics, logs, ids of requests, and routes that say whether it is well.
export { diagnostics, type DiagnosticsChannels, type DiagnosticsOptions } from './diagnostics.ts'
export { health, type HealthOptions } from './health.ts'
export type { Log, LogLevel, LogRecord } from './log.ts'
export { logErrors, logs, type LogsOptions } from './logs.ts'
export { metrics, type MetricsOptions } from './metrics.ts'
export type {
  Counter,
  Gauge,
  Histogram,
  HistogramConfiguration,
  Labels,
  MetricConfiguration,
  PrometheusClient,
} from './prometheus.ts'
export { requestIds, type RequestIdsOptions } from './request-ids.ts'
export { traces, type TracesOptions } from './traces.ts'
export type { OpenTelemetry, Span, SpanContextHolder, SpanOptions, Tracer } from './open-telemetry.ts'
export { TidingsError, type ErrorCode } from '../base/index.ts'
export type { Channels } from '../channel/index.ts'
export type { Context, Middleware } from '../server/index.ts'
