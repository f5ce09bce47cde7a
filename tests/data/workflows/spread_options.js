export const meta = {name: 'spread-options', description: 'A script of the tests'}
const shared = {phase: 'Review'}
return await agent('Review the diff for style', {...shared, label: 'style'})
// routed: 1, unread: 0, runs: 1
