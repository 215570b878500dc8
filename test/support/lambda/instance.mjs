// The process of a function, run by the real runtime client of AWS. Each copy of the client serves one invocation at a time;
// `TIDINGS_COPIES` of them share the function's module, as the concurrent invocations of one instance do.
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { provideNativeClient } from './native-client.mjs'

const client = new URL('../../../runtimes/node_modules/aws-lambda-ric/index.mjs', import.meta.url)
process.env.LAMBDA_TASK_ROOT = fileURLToPath(new URL('.', import.meta.url))
Object.assign(process.env, {
  AWS_LAMBDA_NODEJS_USE_ALTERNATIVE_CLIENT_1: 'true',
  AWS_LAMBDA_FUNCTION_NAME: 'tidings',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
  AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/tidings',
  AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
})
provideNativeClient()
// Whoever has started it is gone.
process.stdin.on('end', () => process.exit(0)).resume()

for (let copy = 0; copy < Number(process.env.TIDINGS_COPIES); copy++) await import(`${client}?copy=${copy}`)
