export const meta = {name: 'shorthand-options', description: 'A script of the tests'}
const model = 'haiku', effort = 'low', label = 'short'
return await agent('Design the caching architecture', {model, effort, label})
// routed: 1, unread: 0, runs: 1
