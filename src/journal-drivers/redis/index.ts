// redis: the journal in Redis.
export {}
