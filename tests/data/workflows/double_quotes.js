export const meta = {name: 'double-quotes', description: 'A script of the tests'}
return await agent("Fix the login bug in src/login.py")
// routed: 1, unread: 0, runs: 1
