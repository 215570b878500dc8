// What the site itself says, in each language. The documents are in docs/.
import { has, linkTo, sidebarOf } from './pages.mjs'
import { repository } from './repository.mjs'

const pageNames = {
  en: { learn: 'Learn', guides: 'Guides', server: 'Server', clients: 'Clients', 'reference/': 'Reference' },
  zh: { learn: '入门', guides: '指南', server: '服务器', clients: '客户端', 'reference/': 'API 参考' },
}

const english = {
  outline: { label: 'On this page', level: [2, 3] },
  docFooter: { prev: 'Previous', next: 'Next' },
  lastUpdated: { text: 'Last changed', formatOptions: { dateStyle: 'medium', forceLocale: true } },
  notFound: {
    title: 'There is no such page',
    quote: 'It may have been renamed. The search above finds pages by what they say.',
    linkText: 'To the first page',
    linkLabel: 'To the first page',
  },
  footer: { message: 'Released under the MIT license.' },
}

const chinese = {
  outline: { label: '本页内容', level: [2, 3] },
  docFooter: { prev: '上一页', next: '下一页' },
  lastUpdated: { text: '最后更新', formatOptions: { dateStyle: 'medium', forceLocale: true } },
  notFound: {
    title: '找不到这个页面',
    quote: '它可能已经改名。可以用上方的搜索按内容查找。',
    linkText: '回到首页',
    linkLabel: '回到首页',
  },
  footer: { message: '以 MIT 许可证发布。' },
  darkModeSwitchLabel: '外观',
  lightModeSwitchTitle: '切换到浅色',
  darkModeSwitchTitle: '切换到深色',
  sidebarMenuLabel: '目录',
  returnToTopLabel: '回到顶部',
  langMenuLabel: '切换语言',
  skipToContentLabel: '跳到正文',
}

/** The `locales` of VitePress. */
export function createLocales() {
  return {
    root: { label: 'English', lang: 'en', description, themeConfig: { ...english, ...placesOf('en') } },
    zh: {
      label: '简体中文',
      lang: 'zh-CN',
      description: '面向 TypeScript 的 Server-Sent Events 全套实现：服务器、客户端，以及断线后能续传的流。',
      themeConfig: { ...chinese, ...placesOf('zh') },
    },
  }
}

const description =
  'Server-Sent Events for TypeScript, end to end: servers, clients, and streams that survive a broken connection.'

function placesOf(language) {
  const names = Object.entries(pageNames[language])
  const editText = { en: 'Edit this page', zh: '编辑此页' }[language]
  return {
    nav: names
      .filter(([page]) => page === 'reference/' || has(language, page))
      .map(([page, text]) => ({ text, link: linkTo(language, page), activeMatch: `^${linkTo(language, page)}` })),
    sidebar: sidebarOf(language),
    editLink: repository && { pattern: `${repository}/edit/HEAD/:path`, text: editText },
  }
}

/** What the search says. VitePress has its English. */
export const searchLocales = {
  zh: {
    translations: {
      button: { buttonText: '搜索', buttonAriaLabel: '搜索' },
      modal: {
        displayDetails: '显示详细列表',
        resetButtonTitle: '清除搜索词',
        backButtonTitle: '关闭搜索',
        noResultsText: '没有结果：',
        footer: {
          selectText: '选择',
          selectKeyAriaLabel: '回车键',
          navigateText: '切换',
          navigateUpKeyAriaLabel: '上箭头',
          navigateDownKeyAriaLabel: '下箭头',
          closeText: '关闭',
          closeKeyAriaLabel: 'Esc 键',
        },
      },
    },
  },
}
