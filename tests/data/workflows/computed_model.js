export const meta = {name: 'computed-model', description: 'A script of the tests'}
const cheap = ['haiku'].concat([])[0]
return await agent('Translate the messages', {model: cheap, effort: ['low'][0]})
// routed: 1, unread: 0, runs: 1
