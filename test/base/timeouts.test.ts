import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { TimeoutTable } from '../../src/base/index.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A table that writes down who was due, and when. */
function recording(): { table: TimeoutTable<string>; due: string[] } {
  const due: string[] = []
  const start = performance.now()
  return { table: new TimeoutTable((member: string) => void due.push(`${member} ${performance.now() - start}`)), due }
}

describe('time-outs', () => {
  it('call each member once, when its time is over', () => {
    const { table, due } = recording()
    table.restart('a', 100)
    vi.advanceTimersByTime(40)
    table.restart('b', 100)
    vi.advanceTimersByTime(59)
    expect(due).toEqual([])
    vi.advanceTimersByTime(1000)
    expect(due).toEqual(['a 100', 'b 140'])
  })

  it('begin again with each restart', () => {
    const { table, due } = recording()
    table.restart('a', 100)
    for (let round = 0; round < 5; round += 1) {
      vi.advanceTimersByTime(99)
      table.restart('a', 100)
    }
    expect(due).toEqual([])
    vi.advanceTimersByTime(100)
    expect(due).toEqual(['a 595'])
  })

  it('that began again come after those that began before', () => {
    const { table, due } = recording()
    table.restart('a', 100)
    vi.advanceTimersByTime(10)
    table.restart('b', 100)
    vi.advanceTimersByTime(40)
    table.restart('a', 100)
    vi.advanceTimersByTime(1000)
    expect(due).toEqual(['b 110', 'a 150'])
  })

  it('can be stopped', () => {
    const { table, due } = recording()
    table.restart('a', 100)
    table.restart('b', 100)
    table.stop('a', 100)
    vi.advanceTimersByTime(1000)
    expect(due).toEqual(['b 100'])
  })

  it('do not mind a member that was never started', () => {
    const { table, due } = recording()
    table.stop('nobody', 100)
    table.restart('a', 100)
    table.stop('nobody', 100)
    vi.advanceTimersByTime(100)
    expect(due).toEqual(['a 100'])
  })

  it('of false are none', () => {
    const { table, due } = recording()
    table.restart('a', false)
    table.stop('a', false)
    expect(vi.getTimerCount()).toBe(0)
    vi.advanceTimersByTime(1e9)
    expect(due).toEqual([])
  })

  it('of different lengths do not disturb each other', () => {
    const { table, due } = recording()
    table.restart('slow', 1000)
    table.restart('fast', 10)
    table.stop('slow', 10)
    vi.advanceTimersByTime(1000)
    expect(due).toEqual(['fast 10', 'slow 1000'])
  })

  it('may be restarted by the call itself', () => {
    const due: number[] = []
    const start = performance.now()
    const table: TimeoutTable<string> = new TimeoutTable((member) => {
      due.push(performance.now() - start)
      if (due.length < 3) table.restart(member, 50)
    })
    table.restart('a', 50)
    vi.advanceTimersByTime(1000)
    expect(due).toEqual([50, 100, 150])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('may be stopped by the call for another', () => {
    const due: string[] = []
    const table: TimeoutTable<string> = new TimeoutTable((member) => {
      due.push(member)
      table.stop('b', 50)
    })
    table.restart('a', 50)
    table.restart('b', 50)
    vi.advanceTimersByTime(1000)
    expect(due).toEqual(['a'])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('take one timer for all members of a length, and none when there are no members', () => {
    const { table } = recording()
    for (let member = 0; member < 1000; member += 1) table.restart(String(member), 100)
    expect(vi.getTimerCount()).toBe(1)
    for (let member = 0; member < 1000; member += 1) table.stop(String(member), 100)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('of 10,000 members are all met', () => {
    let count = 0
    const table = new TimeoutTable<number>(() => {
      count += 1
    })
    for (let member = 0; member < 10_000; member += 1) {
      if (member % 100 === 0) vi.advanceTimersByTime(1)
      table.restart(member, 500)
    }
    vi.advanceTimersByTime(500)
    expect(count).toBe(10_000)
  })
})
