// The exit codes that scripts can rely on; docs/cli.md lists them.

/** How the program ended, for the shell that started it. */
export const exitCode = {
  /** What was asked for was done; a stream that ended well, or a reader of the output that had enough. */
  ok: 0,
  /** The stream, the server or the output failed. */
  failed: 1,
  /** The command line cannot work; nothing was done. */
  usage: 2,
  /** Stopped by SIGINT (Ctrl-C). */
  interrupted: 130,
  /** Stopped by SIGTERM. */
  terminated: 143,
} as const
