// Where an error of a journal was met: what `onError` is told beside the error.

/** The topic or the run that an error is about; neither, if it is about the node or the whole journal. */
export interface ErrorPlace {
  /** The topic's name. */
  readonly topic?: string | undefined
  /** The run's id. */
  readonly run?: string | undefined
}
