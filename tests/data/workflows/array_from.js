export const meta = {name: 'array-from', description: 'A script of the tests'}
return await parallel(Array.from({length: 3}, (_, i) => () => agent(`Try to refute the claim, attempt ${i}`)))
// routed: 1, unread: 0, runs: 3
