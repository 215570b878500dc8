// testing: suites that others can run against their own journals and servers.
export {}
