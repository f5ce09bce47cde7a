export const meta = {name: 'broken-bracket', description: 'A script of the tests'}
return await agent('Write it', {label: 'x')
// error
