// The component and the element where there is no page.
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { defineChatElement, TidingsChatElement } from '../../src/chat-element/index.ts'
import { TidingsChat } from '../../src/react-chat/index.ts'

test('on a server the tag is written with its attributes, and nothing is asked for', () => {
  const html = renderToString(
    createElement(TidingsChat, {
      url: '/api/chat',
      chatId: 'c1',
      heading: 'Help',
      keep: 'local',
      token: 'secret',
      className: 'wide',
    }),
  )
  expect(html).toBe(
    '<tidings-chat url="/api/chat" chat-id="c1" keep="local" heading="Help" class="wide"></tidings-chat>',
  )
})

test('the element can be imported and defined where there are no elements', () => {
  expect('HTMLElement' in globalThis).toBe(false)
  expect(() => defineChatElement()).not.toThrow()
  expect(TidingsChatElement.observedAttributes).toContain('url')
})
