export const meta = {name: 'spread-of-unknown', description: 'A script of the tests'}
const pick = () => ({label: 'picked'})
return await agent('Write a unit test for dates', {...pick()})
// routed: 1, unread: 0, runs: 1
