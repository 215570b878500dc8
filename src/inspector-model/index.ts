// inspector-model: what is told of streams while they are watched, and what it comes to: records, and a bounded fold of them.
export { Inspection, type Forgotten, type InspectionOptions } from './inspection.ts'
export { isInspectorRecord } from './record.ts'
export type {
  BlockedRecord,
  Detail,
  EndedRecord,
  FlowingRecord,
  ForgotRecord,
  HeadRecord,
  InspectorRecord,
  JournalRow,
  JournalsRecord,
  OpenedRecord,
  RecordedHeaders,
  RunRow,
  RunsRecord,
  StreamRecord,
  StreamSource,
  TopicRow,
  TopicsRecord,
  WroteRecord,
} from './record.ts'
export { redacted, redactHeaders, redactParameters, redactUrl } from './redact.ts'
export type { StreamRate } from './rate.ts'
export { streamFormatOf, type StreamFormat } from './stream-format.ts'
export { InspectedStream, type ChangeRecord, type InspectedEvent } from './stream.ts'
export type { WireEvent } from './wire-reader.ts'
