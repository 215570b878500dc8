// The words that the element says.

/** The words of `<tidings-chat>`; `labels` replaces any of them. */
export interface ChatLabels {
  /** The name of the list of messages, for screen readers. */
  readonly conversation: string
  /** Whose message it is, for screen readers. */
  readonly user: string
  /** Whose message it is, for screen readers. */
  readonly assistant: string
  /** In the empty field; the attribute `placeholder` is stronger. */
  readonly placeholder: string
  /** In place of messages, where there is none. */
  readonly empty: string
  readonly send: string
  readonly stop: string
  readonly copy: string
  readonly copied: string
  /** Where the browser does not let a page copy. */
  readonly notCopied: string
  readonly edit: string
  /** The name of the field in which a message is edited. */
  readonly editField: string
  readonly save: string
  readonly cancel: string
  /** Has an answer given anew. */
  readonly regenerate: string
  readonly retry: string
  /** Scrolls to the end. */
  readonly jump: string
  /** While nothing of the answer is here yet. */
  readonly waiting: string
  readonly reconnecting: string
  readonly offline: string
  readonly interrupted: string
  readonly stopped: string
  /** Where an error brings no message of its own. */
  readonly failed: string
  /** Beside a message that waits for the end of the answer. */
  readonly queued: string
  /** How many messages wait. */
  readonly queuedCount: (count: number) => string
  /** A thought that goes on. */
  readonly thinking: string
  /** A thought that has ended. */
  readonly thought: string
  /** The states of a call. */
  readonly toolPreparing: string
  readonly toolRunning: string
  readonly toolWaiting: string
  readonly toolApproval: string
  readonly toolApproved: string
  readonly toolDone: string
  readonly toolFailed: string
  readonly toolDenied: string
  readonly toolInput: string
  readonly toolOutput: string
  /** Asks for a person's word on a call. */
  readonly approvalQuestion: (tool: string) => string
  readonly approve: string
  readonly deny: string
  readonly sources: string
  /** Opens the dialog in which files are chosen. */
  readonly attach: string
  /** The name of the list of files that go with the message. */
  readonly attached: string
  /** Takes a file out of that list. */
  readonly removeFile: (name: string) => string
  /** Why a file is not attached: `size` is its own, `limit` that of the largest one, as `1.4 MB`. */
  readonly fileTooLarge: (name: string, size: string, limit: string) => string
  readonly fileNotAccepted: (name: string) => string
  readonly fileUnreadable: (name: string) => string
  /** Why no more files are attached: so many can be. */
  readonly tooManyFiles: (count: number) => string
  /** A file without a name. */
  readonly file: string
  /** A block of code whose language is not known, for screen readers. */
  readonly code: string
  /** A table, for screen readers. */
  readonly table: string
  /** The box of a task, for screen readers. */
  readonly task: string
  /** Behind a text that was cut: how many characters are not shown. */
  readonly more: (count: number) => string
}

/** The words in English. */
export const englishLabels: ChatLabels = {
  conversation: 'Conversation',
  user: 'You',
  assistant: 'Assistant',
  placeholder: 'Write a message',
  empty: 'How can I help?',
  send: 'Send',
  stop: 'Stop',
  copy: 'Copy',
  copied: 'Copied',
  notCopied: 'Not copied',
  edit: 'Edit',
  editField: 'Edit your message',
  save: 'Send',
  cancel: 'Cancel',
  regenerate: 'Answer again',
  retry: 'Try again',
  jump: 'Jump to latest',
  waiting: 'Waiting for the answer',
  reconnecting: 'The connection was lost. Reconnecting…',
  offline: 'You are offline. The answer goes on once you are back.',
  interrupted: 'The answer was interrupted.',
  stopped: 'The answer was stopped.',
  failed: 'Something went wrong.',
  queued: 'Waits for the answer above',
  queuedCount: (count) => (count === 1 ? '1 message waits' : `${count} messages wait`),
  thinking: 'Thinking…',
  thought: 'Thought',
  toolPreparing: 'Preparing',
  toolRunning: 'Running',
  toolWaiting: 'Waiting',
  toolApproval: 'Needs your approval',
  toolApproved: 'Approved',
  toolDone: 'Done',
  toolFailed: 'Failed',
  toolDenied: 'Denied',
  toolInput: 'Input',
  toolOutput: 'Output',
  approvalQuestion: (tool) => `Allow ${tool}?`,
  approve: 'Approve',
  deny: 'Deny',
  sources: 'Sources',
  attach: 'Attach files',
  attached: 'Attached files',
  removeFile: (name) => `Remove ${name}`,
  fileTooLarge: (name, size, limit) => `${name} is too large: it has ${size}, and a file can have ${limit}.`,
  fileNotAccepted: (name) => `${name} is not a kind of file that can be sent here.`,
  fileUnreadable: (name) => `${name} could not be read.`,
  tooManyFiles: (count) => `A message can have ${count} files.`,
  file: 'File',
  code: 'Code',
  table: 'Table',
  task: 'Task',
  more: (count) => `… ${count} more characters`,
}
