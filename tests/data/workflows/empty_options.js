export const meta = {name: 'empty-options', description: 'A script of the tests'}
return await agent('Sort the imports of app.py', {})
// routed: 1, unread: 0, runs: 1
