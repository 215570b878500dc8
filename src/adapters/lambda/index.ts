// lambda: serves functions of AWS Lambda whose url streams (`InvokeMode: RESPONSE_STREAM`).
export type { FunctionUrlEvent } from './event.ts'
export { lambdaHost, type LambdaHost } from './host.ts'
export type { LambdaContext, ResponseStream } from './runtime.ts'
export { serve, type LambdaHandler, type LambdaServeHandle, type LambdaServeOptions } from './serve.ts'
