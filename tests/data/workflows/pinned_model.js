export const meta = {name: 'pinned-model', description: 'A script of the tests'}
return await agent('Add a unit test for the parser', {model: 'opus', effort: 'low'})
// routed: 1, unread: 0, runs: 1
