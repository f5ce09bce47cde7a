export const meta = {name: 'regex-after-paren', description: 'A script of the tests'}
let hits = 0
if (true) /["'`]/.test('x')
for (const word of ['a b']) { hits += word.split(/\s+/).length }
return await agent('Count words, ' + hits)
// routed: 1, unread: 0, runs: 1
