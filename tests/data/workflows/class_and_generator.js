export const meta = {name: 'class-and-generator', description: 'A script of the tests'}
class Box { constructor(text) { this.text = text } read() { return this.text } }
function* each() { yield 1; yield 2 }
const texts = [...each()].map(n => new Box(`part ${n}`).read())
return await parallel(texts.map(text => () => agent('Summarise ' + text)))
// routed: 1, unread: 0, runs: 2
