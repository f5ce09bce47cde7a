export const meta = {name: 'quoted-keys', description: 'A script of the tests'}
return await agent('Name three variables', {'label': 'names', "model": 'sonnet', 'effort': 'medium'})
// routed: 1, unread: 0, runs: 1
