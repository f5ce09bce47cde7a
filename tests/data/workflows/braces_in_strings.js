export const meta = {name: 'braces-in-strings', description: 'A script of the tests'}
const odd = '}{)(' + "][" + `}{ ${'}'} )`
return await agent(odd + ' Write the header', {label: '})', phase: "({"})
// routed: 1, unread: 0, runs: 1
