export const meta = {name: 'parallel-map', description: 'A script of the tests'}
const LENSES = ['correctness', 'security', 'speed']
return await parallel(LENSES.map(lens => () => agent(`Judge the change via the ${lens} lens`, {label: lens})))
// routed: 1, unread: 0, runs: 3
