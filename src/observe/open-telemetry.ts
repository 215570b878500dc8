// The few methods of `@opentelemetry/api` that are called.

/** A context of OpenTelemetry. */
export interface SpanContextHolder {
  getValue(key: symbol): unknown
}

/** How a span begins. */
export interface SpanOptions {
  /** A number of `SpanKind`. */
  kind: number
  /** What is known from the start. */
  attributes: Record<string, string>
}

/** A span. */
export interface Span {
  setAttribute(name: string, value: string | number): unknown
  addEvent(name: string, attributes?: Record<string, string | number>): unknown
  setStatus(status: { code: number; message?: string }): unknown
  recordException(error: { name?: string; message: string; stack?: string }): void
  end(): void
}

/** What starts spans. */
export interface Tracer {
  startSpan(name: string, options?: SpanOptions, parent?: SpanContextHolder): Span
}

/** The package `@opentelemetry/api`, as far as it is used here: `import * as api from '@opentelemetry/api'`. */
export interface OpenTelemetry {
  readonly context: {
    active(): SpanContextHolder
    with<Result>(context: SpanContextHolder, work: () => Result): Result
  }
  readonly propagation: {
    extract(context: SpanContextHolder, carrier: unknown): SpanContextHolder
  }
  readonly trace: {
    getTracer(name: string): Tracer
    setSpan(context: SpanContextHolder, span: Span): SpanContextHolder
  }
}
