export const meta = {name: 'broken-template', description: 'A script of the tests'}
return await agent(`Write ${it)
// error
