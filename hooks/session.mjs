// Tierwise inside the client: asks Tierwise's hook once a turn and does what it answers.
// Nothing is decided here. Without an answer in time the turn goes on as it is.

const ANSWER_MS = 300; // TIERWISE_DEADLINE_MS on a slow machine
const REPORT_MS = 1000;
const MODEL_MS = 2000; // for the word of a small model, where the policy has one asked
const MISSES_ALLOWED = 3; // then the rest of the session is left alone
const MANY_STEPS = 6; // on a turn's list of what is to be done
const MANY_READ = 12; // files
const MANY_EDITS = 20;
const REPEATS = 3; // calls of one tool on one target that may be a stall
const LATE = "no answer in time";
const TEXT_KEPT = 20000;
const ANSWER_KEPT = 2000;
const ERROR_KEPT = 200;
const PLANNING = ["EnterPlanMode", "ExitPlanMode"];
const EDITING = ["Edit", "MultiEdit", "Write", "NotebookEdit"];

/** @typedef {import("claude-code").EngineInterface} Engine */

const turns = new Map();
let misses = 0;
let lastAnswer;
let isAskingModels = false; // whether the policy has a model asked about unclear tasks
let place; // the hook's environment and deadline, looked up once
let ahead; // a prompt whose turn has not started, and what was asked about it
let conversation; // the session whose turn was asked about last
let mode = ""; // the client's permission mode at the last prompt

/** @param {import("claude-code").On} on */
export function register(on) {
  on("classic.UserPromptSubmit", askAhead).catch(passOn);
  on("turn.start", beginTurn).catch(passOn);
  on("turn.step", runStep);
  on("turn.complete", endTurn).catch(passOn);
  on("tool.call", beginCall).catch(passOn);
  on("agent.spawn", startAgent).catch(passOn);
  on("session.measure", noteLimits).catch(passOn);
  on("session.end", endSession).catch(passOn);
}

/** @param {Engine} _$ */
async function passOn(_$, e, next) {
  return next(e);
}

// The other hooks on a prompt take their time, so the turn that it will start is asked about beside them.
/** @param {Engine} $ */
async function askAhead($, e, next) {
  ahead = undefined;
  mode = e.permission_mode || mode;
  // A turn that runs already takes the prompt in; a command reads otherwise when its turn starts.
  if (e.agent_id || turns.size > 0 || e.prompt.startsWith("/") || misses >= MISSES_ALLOWED) {
    return next(e);
  }
  const turn = beginRecord();
  const asked = askAboutTurn($, crypto.randomUUID(), e.prompt, turn);
  const [result, answer] = await Promise.all([next(e), asked]);
  ahead = { text: e.prompt, turn, answer };
  return result;
}

/** @param {Engine} $ */
async function beginTurn($, e, next) {
  const known = ahead?.text === e.text ? ahead : undefined;
  if (e.agentId || (!known && misses >= MISSES_ALLOWED)) {
    return next(e);
  }
  const turn = known?.turn || beginRecord();
  ahead = undefined;
  turns.set(e.turnId, turn);
  // What a handler began is aborted when it returns, so the answer is waited for here.
  const asked = known?.answer || askAboutTurn($, e.turnId, e.text, turn);
  const [result, answer] = await Promise.all([next(e), asked]);
  turn.answer = answer;
  tellPerson($, answer);
  return result;
}

function beginRecord() {
  const files = { edited: new Set(), read: new Set() };
  const counts = { ...files, calls: new Map(), listed: 0, edits: 0, askedAt: 0 };
  return { ...counts, steps: [], about: {}, answer: {} };
}

async function* runStep($, e, next) {
  const turn = e.agentId ? undefined : turns.get(e.turnId);
  if (!turn) {
    return yield* next(e);
  }
  if (needsAnotherLook(turn)) {
    // Now the results of the step before are known.
    turn.askedAt = turn.edited.size;
    const again = await askAgain($, turn);
    turn.answer = { ...turn.answer, ...again };
    if (again.model) {
      tellPerson($, again);
    }
  }
  const sent = applyRoute(e, turn);
  turn.effort = turn.effort || sent.effort; // that of its first request holds for the turn
  const result = yield* next(sent);
  noteStep(turn, result);
  return result;
}

/** @param {Engine} $ */
async function endTurn($, e, next) {
  const turn = turns.get(e.turnId);
  if (turn) {
    turns.delete(e.turnId);
    lastAnswer = String(e.answer || "").slice(-ANSWER_KEPT);
    await reportTurn($, e, turn);
  }
  return next(e);
}

/** @param {Engine} $ */
async function beginCall($, e, next) {
  // The hook on this call decides afterwards, with what a model has said by then.
  if (isAskingModels && e.tool === "Agent" && misses < MISSES_ALLOWED) {
    await askAboutCall($, e);
  }
  return next(e);
}

/** @param {Engine} $ */
async function startAgent($, e, next) {
  if (e.fork || e.resume || misses >= MISSES_ALLOWED) {
    return next(e);
  }
  const model = await askAboutAgent($, e);
  return next(model ? { ...e, model } : e);
}

/** @param {Engine} $ */
async function noteLimits($, e, next) {
  if (!e.changed.includes("rateLimits") || e.rateLimits.length === 0) {
    return next(e);
  }
  // Both at once: nobody waits for the report, and what a handler began ends when it returns.
  const [result] = await Promise.all([next(e), reportLimits($, e.rateLimits)]);
  return result;
}

// What is remembered and shown is the conversation's, which a /clear ends too.
/** @param {Engine} $ */
async function endSession($, e, next) {
  lastAnswer = undefined;
  ahead = undefined;
  misses = 0;
  $.ui.status(undefined);
  return next(e);
}

function applyRoute(e, turn) {
  const answer = turn.answer;
  if (answer.model && e.index === 0 && e.model !== answer.instead_of) {
    turn.ownModel = e.model; // a command with a model of its own wins for its turn
    answer.model = "";
  }
  if (!answer.model) {
    answer.look_at = 0;
    return e;
  }
  const changed = { ...e, model: answer.model };
  if (e.index === 0 && answer.effort) {
    changed.effort = answer.effort;
  }
  return changed;
}

function noteStep(turn, result) {
  const usage = result?.usage || {};
  turn.steps.push({ ...usage, effort: turn.effort });
  for (const use of result?.toolUses || []) {
    const target = findTarget(use.input);
    const call = `${use.name} ${target}`;
    turn.calls.set(call, (turn.calls.get(call) || 0) + 1);
    if (turn.calls.get(call) % REPEATS === 0 || PLANNING.includes(use.name)) {
      turn.isWorthALook = true;
    }
    if (EDITING.includes(use.name)) {
      turn.edited.add(target);
      turn.edits += 1;
      turn.isWorthALook = turn.isWorthALook || turn.edits >= MANY_EDITS;
    }
    if (use.name === "Read") {
      noteRead(turn, target);
    }
    noteList(turn, use);
  }
}

function noteRead(turn, target) {
  const before = turn.read.size;
  turn.read.add(target);
  if (before < MANY_READ && turn.read.size >= MANY_READ) {
    turn.isWorthALook = true;
  }
}

function noteList(turn, use) {
  const before = turn.listed;
  if (use.name === "TaskCreate") {
    turn.listed += 1;
  }
  turn.listed = Math.max(turn.listed, countItems(use.input));
  if (before < MANY_STEPS && turn.listed >= MANY_STEPS) {
    turn.isWorthALook = true;
  }
}

function needsAnotherLook(turn) {
  const lookAt = turn.answer.look_at;
  const isLarge = turn.edited.size >= lookAt && turn.edited.size > turn.askedAt;
  return lookAt > 0 && (isLarge || turn.isWorthALook);
}

/** @param {Engine} $ */
async function askAboutTurn($, id, prompt, turn) {
  try {
    const [session, model, info] = await Promise.all([
      $.session.id(),
      $.session.model(),
      $.session.info(),
    ]);
    turn.about = { session_id: session, turn_id: id, transcript_path: info.transcriptPath };
    const before = lastAnswer === undefined ? await findLastAnswer($) : lastAnswer;
    const text = prompt.slice(0, TEXT_KEPT);
    const said = { prompt: text, answer_before: before, permission_mode: mode };
    const facts = { model, is_first: session !== conversation };
    const answer = await consult($, "TurnStart", { ...turn.about, ...said, ...facts });
    conversation = session;
    isAskingModels = answer.asks === true;
    return answer;
  } catch (error) {
    turn.fault = describeFault(error);
    misses += 1;
    return { record: place !== undefined };
  }
}

/** @param {Engine} $ */
async function askAgain($, turn) {
  turn.isWorthALook = false;
  try {
    const tools = await listTools($);
    return await ask($, "TurnStep", { ...turn.about, tools });
  } catch (error) {
    turn.fault = describeFault(error);
    return {};
  }
}

/** @param {Engine} $ */
function tellPerson($, answer) {
  $.ui.status(answer.line || undefined); // nothing to say: no line, nor that of the turn before
  if (answer.toast) {
    $.ui.toast(answer.toast);
  }
}

/** @param {Engine} $ */
async function askAboutCall($, e) {
  const call = {
    prompt: e.prompt,
    description: e.description,
    subagent_type: e.subagent_type,
    model: e.model,
    run_in_background: e.run_in_background,
  };
  try {
    const session = await $.session.id();
    const asked = { session_id: session, tool_use_id: e.tool_use_id, tool_name: e.tool };
    await consult($, "AgentCall", { ...asked, tool_input: call });
  } catch {
    misses += 1;
  }
}

/** @param {Engine} $ */
async function askAboutAgent($, e) {
  const asked = {
    tool_use_id: e.tool_use_id,
    subagent_type: e.subagentType,
    description: e.description,
    prompt: e.prompt.slice(0, TEXT_KEPT),
    model: e.model,
    workflow: e.workflow,
  };
  try {
    const session = await $.session.id();
    const answer = await ask($, "AgentSpawn", { ...asked, session_id: session });
    return answer.model;
  } catch {
    misses += 1;
    return undefined;
  }
}

/** @param {Engine} $ */
async function reportLimits($, limits) {
  try {
    place = place || (await findPlace($));
    const session = await $.session.id();
    await run($, "SessionMeasure", { session_id: session, rate_limits: limits }, REPORT_MS);
  } catch {
    // No turn was left without an answer: what is not recorded now is with the next change.
  }
}

/** @param {Engine} $ */
async function reportTurn($, e, turn) {
  if (!turn.answer.record) {
    return;
  }
  try {
    const tools = await listTools($);
    const told = { is_aborted: e.isAborted, steps: turn.steps, fault: turn.fault, tools };
    await run($, "TurnComplete", { ...turn.about, ...told, own_model: turn.ownModel }, REPORT_MS);
  } catch {
    misses += 1;
  }
}

// Asks the hook; where it answers with a question for a model, puts that and asks the hook again.
/** @param {Engine} $ */
async function consult($, event, payload) {
  const answer = await ask($, event, payload);
  if (!answer.question) {
    return answer;
  }
  const answered = await askModel($, answer.question);
  return ask($, event, { ...payload, answered });
}

/** @param {Engine} $ */
async function askModel($, { id, text, labels, model }) {
  const begun = Date.now();
  const named = $.model.classify(text, labels, { model }).catch(() => {
    throw new Error("no answer");
  });
  const told = await waitFor($, named, MODEL_MS).then(
    (label) => ({ label: label || "" }), // it named none of them
    (error) => ({ fault: error.message }),
  );
  return { id, ms: Date.now() - begun, ...told };
}

/** @param {Engine} $ */
async function ask($, event, payload) {
  place = place || (await findPlace($));
  const answer = await run($, event, payload, place.deadline);
  misses = 0;
  return answer;
}

/** @param {Engine} $ */
async function run($, event, payload, timeoutMs) {
  const { env, deadline } = place;
  const shim = `${env.CLAUDE_PLUGIN_ROOT}/hooks/run.py`;
  const input = JSON.stringify({ ...payload, hook_event_name: event });
  const hook = $.process.spawn({ argv: ["python3", "-S", "-E", shim, event], input, env });
  try {
    const done = await waitFor($, readAnswer(hook), Math.max(timeoutMs, deadline));
    if (done.code !== 0) {
      throw new Error(`exit code ${done.code}`);
    }
    return done.stdout ? JSON.parse(done.stdout) : {};
  } finally {
    hook.return(undefined); // ends it where it still runs; one that will not end is not waited for
  }
}

async function readAnswer(hook) {
  let stdout = "";
  let piece = await hook.next();
  while (!piece.done) {
    if (piece.value.stream === "stdout") {
      stdout += piece.value.text;
    }
    piece = await hook.next();
  }
  return { code: piece.value.code, stdout };
}

/** @param {Engine} $ */
async function waitFor($, promise, ms) {
  let alarm = { cancel: () => {} };
  const late = new Promise((_resolve, reject) => {
    alarm = $.clock.after(ms, () => reject(new Error(LATE)));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    alarm.cancel();
    promise.catch(() => {}); // what comes too late fails in silence
  }
}

/** @param {Engine} $ */
async function findPlace($) {
  const env = await $.process.hookEnv();
  const asked = Number(await $.env.get("TIERWISE_DEADLINE_MS"));
  return { env, deadline: asked > 0 ? asked : ANSWER_MS };
}

/** @param {Engine} $ */
async function findLastAnswer($) {
  const messages = await $.session.messages();
  const said = messages.filter((message) => message.role === "assistant" && message.text);
  return said.length ? said[said.length - 1].text.slice(-ANSWER_KEPT) : "";
}

/** @param {Engine} $ */
async function listTools($) {
  const messages = await $.session.messages();
  let start = messages.length - 1;
  while (start > 0 && !(messages[start].role === "user" && messages[start].text)) {
    start -= 1;
  }
  const uses = messages.slice(Math.max(start, 0)).flatMap((message) => message.toolUses || []);
  return uses.map((use) => ({
    name: use.tool,
    target: findTarget(use.input),
    items: countItems(use.input),
    failed: use.isError === true,
    error: use.isError === true ? String(use.text || "").slice(0, ERROR_KEPT) : "",
  }));
}

function findTarget(input) {
  const given = input || {};
  return String(given.file_path || given.notebook_path || given.command || "").slice(0, 1000);
}

function countItems(input) {
  const todos = input?.todos;
  return Array.isArray(todos) ? todos.length : 0;
}

function describeFault(error) {
  // Only the kind of the fault: the client's message may quote what was sent.
  return error?.message === LATE ? LATE : "no answer";
}
