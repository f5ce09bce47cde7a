export const meta = {name: 'pinned-below-floor', description: 'A script of the tests'}
return await agent('Audit the payments code for security holes', {model: 'haiku'})
// routed: 1, unread: 0, runs: 1
