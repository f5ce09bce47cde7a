export const meta = {name: 'broken-comment', description: 'A script of the tests'}
return await agent('Write it') /* never closed
// error
