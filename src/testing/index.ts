// testing: suites that others can run against their own journals and servers.
export { describeJournal, type JournalSubject, type TestRunner } from './describe-journal.ts'
export { describeResume, type ResumeSubject } from './describe-resume.ts'
export type { ResumeTarget } from './resume-reader.ts'
