export const meta = {name: 'line-continuation', description: 'A script of the tests'}
return await agent('Write the guide \
on two lines')
// routed: 1, unread: 0, runs: 1
