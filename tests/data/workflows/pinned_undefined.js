export const meta = {name: 'pinned-undefined', description: 'A script of the tests'}
return await agent('Format the file app.py by hand', {model: undefined, effort: null})
// routed: 1, unread: 0, runs: 1
