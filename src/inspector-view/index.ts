// inspector-view: `<tidings-inspector>`, a view of streams, and of the topics, runs and journals behind them.
export { defineInspectorElement } from './define.ts'
export { TidingsInspectorElement, type ReplayStream } from './inspector-element.ts'
