export const meta = {name: 'computed-options', description: 'A script of the tests'}
const pick = () => ({label: 'picked'})
return [await agent('Write a guide', pick()), await agent('Write a second guide', true ? {label: 'x'} : undefined)]
// routed: 2, unread: 0, runs: 2
