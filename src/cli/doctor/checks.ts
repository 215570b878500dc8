// All checks, in the order in which their findings are reported.
import { arrivalCheck } from './check/arrival.ts'
import { compressionCheck } from './check/compression.ts'
import { corsCheck } from './check/cors.ts'
import { endCheck } from './check/end.ts'
import { headCheck } from './check/head.ts'
import { headersCheck } from './check/headers.ts'
import { heartbeatCheck } from './check/heartbeat.ts'
import { http2Check } from './check/http2.ts'
import { idsCheck } from './check/ids.ts'
import { resumeCheck } from './check/resume.ts'
import { retryCheck } from './check/retry.ts'
import { wireCheck } from './check/wire.ts'
import type { Check } from './finding.ts'

/** What the doctor looks at once there is a stream. */
export const checks: readonly Check[] = [
  headersCheck,
  arrivalCheck,
  compressionCheck,
  heartbeatCheck,
  wireCheck,
  idsCheck,
  retryCheck,
  resumeCheck,
  endCheck,
  headCheck,
  corsCheck,
  http2Check,
]
