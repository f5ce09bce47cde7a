export const meta = {name: 'list-arguments', description: 'A script of the tests'}
const call = ['Write the glossary', {label: 'glossary'}]
return await agent(...call)
// routed: 0, unread: 1, runs: 1
