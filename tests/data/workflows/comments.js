export const meta = {name: 'comments', description: 'A script of the tests'}
// agent('in a line comment')
/* agent('in a block
   comment', {}) */
return await agent(/* the prompt */ 'Write release notes' /* done */, // options follow
  { /* nothing */ label: 'notes' /* model: 'opus' */ })
// routed: 1, unread: 0, runs: 1
