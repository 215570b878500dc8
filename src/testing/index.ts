// testing: conformance suites that users can run against their own journals and servers.
export { describeJournal } from './journal/describe-journal.ts'
export type { JournalSubject } from './journal/subject.ts'
export type { TestRunner } from './test-runner.ts'
export { describeResume, type ResumeSubject } from './resume/describe-resume.ts'
export type { ResumeTarget } from './resume/reader.ts'
