// channel: topics that many read at once, and handlers that outlive their reader.
export {}
