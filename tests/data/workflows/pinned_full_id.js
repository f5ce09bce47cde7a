export const meta = {name: 'pinned-full-id', description: 'A script of the tests'}
return await agent('Write docstrings for util.py', {model: "claude-haiku-5-5"})
// routed: 1, unread: 0, runs: 1
