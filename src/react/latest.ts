// Functions of the last render, for objects that outlive renders.
import { useEffect, useRef } from 'react'

/** A value of the last render that was shown. */
export interface Latest<Value> {
  readonly current: Value
}

/** Keeps the value of the last render. */
export function useLatest<Value>(value: Value): Latest<Value> {
  const latest = useRef(value)
  useEffect(() => {
    latest.current = value
  })
  return latest
}
