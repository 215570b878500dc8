// The doctor finds what the middleware `compression` of Express does to a stream.
import compression from 'compression'
import express from 'express'
import { expect, test } from 'vitest'
import { examine, namesOf } from '../../support/doctor/examine.ts'
import { createSound, type Fault } from '../../support/doctor/sound-server.ts'
import { listen } from '../../support/server/listening.ts'

async function behindCompression(fault: Fault): Promise<readonly string[]> {
  const application = express()
  application.use(compression({ threshold: 0 }))
  application.use(createSound(fault))
  const { url } = await listen(application)
  return namesOf(await examine(`${url}/feed`))
}

test('it holds back a stream that does not say no-transform', async () => {
  const found = await behindCompression({ head: { 'cache-control': 'no-cache' } })
  expect(found).toEqual(['headers.no-transform', 'compression.holds-back'])
})

test('it leaves one alone that does', async () => {
  expect(await behindCompression({})).toEqual([])
})
