export const meta = {name: 'broken-string', description: 'A script of the tests'}
return await agent('Write it)
// error
