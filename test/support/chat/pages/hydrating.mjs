// Takes over what a server has rendered.
import { hydrateRoot } from 'react-dom/client'
import { page } from './hydrated-page.mjs'

const root = document.getElementById('root')
const rendered = root.firstChild
const errors = []
hydrateRoot(root, page, { onRecoverableError: (error) => void errors.push(error.message) })

globalThis.subject = {
  shown: () => ({ text: root.textContent, isSame: root.firstChild === rendered, errors }),
}
