// What the module does with an answer of Tierwise's hook, and without one.  Run with `claude plugin test .`.
import { expect, mock, test } from "claude-code/testing";

const OPUS = "claude-opus-5-5";
const HIGH = "high" as const;

const USAGE = { input_tokens: 1, output_tokens: 1, model: OPUS };

function standIn(on, answers, toolUses = []) {
  const shown = { lines: [], toasts: [] };
  const seen = { asked: [], steps: [], spawned: [], classified: [], sent: [], ...shown };
  const clock = mock.clock(on);
  on("session.id", async () => ({ value: "s1" }));
  on("session.model", async () => ({ value: OPUS }));
  on("session.info", async () => ({ value: { transcriptPath: "/t.jsonl" } }));
  on("session.messages", async () => ({ value: [] }));
  on("process.hookEnv", async () => ({ value: { CLAUDE_PLUGIN_ROOT: "/plugin" } }));
  on("env.get", async () => ({ value: undefined }));
  on("ui.status", async (_$, e) => {
    seen.lines.push(e.text);
    return { value: undefined };
  });
  on("ui.toast", async (_$, e) => {
    seen.toasts.push(e.text);
    return { value: undefined };
  });
  on("process.spawn", async function* (_$, e) {
    const event = e.argv[e.argv.length - 1];
    seen.asked.push(event);
    seen.sent.push(JSON.parse(e.input));
    const answer = await answers(event);
    if (answer.stdout) {
      yield { stream: "stdout" as const, text: answer.stdout };
    }
    return { value: { code: answer.exitCode, signal: null } };
  });
  on("model.classify", async (_$, e) => {
    seen.classified.push(e.labels);
    return { value: e.labels[1] };
  });
  on("tool.call", async () => ({ result: "started" }));
  on("turn.start", async (_$, e) => ({ turnId: e.turnId }));
  on("turn.complete", async (_$, e) => ({ text: e.answer }));
  // biome-ignore lint/correctness/useYield: nothing is streamed beneath
  on("turn.step", async function* (_$, e) {
    seen.steps.push(e);
    return { turnId: e.turnId, index: e.index, answer: "Done.", toolUses, usage: USAGE };
  });
  on("session.measure", async (_$, e) => e);
  on("session.end", async (_$, e) => ({ sessionId: e.sessionId }));
  on("agent.spawn", async (_$, e) => {
    seen.spawned.push(e.model);
    return { model: e.model || OPUS, agentId: "a1" };
  });
  return { ...seen, clock };
}

const says = (answer) => ({ exitCode: 0, stdout: JSON.stringify(answer), stderr: "" });

async function runTurn($, requests = 1) {
  await $.turn.start({ text: "Add a helper", turnId: "t1" });
  for (let index = 0; index < requests; index += 1) {
    const step = { turnId: "t1", index, model: OPUS, effort: HIGH, messageCount: 1 };
    for await (const _chunk of $.turn.step(step)) {
      // nothing is streamed beneath
    }
  }
  await $.turn.complete({ turnId: "t1", answer: "Done.", durationMs: 1, isAborted: false });
}

test("a turn runs on the model that the hook answers", async ($, on) => {
  const route = { record: true, model: "sonnet", instead_of: OPUS, effort: "medium" };
  const seen = standIn(on, () => says(route));
  await runTurn($);
  expect(seen.steps[0].model).toBe("sonnet");
  expect(seen.steps[0].effort).toBe("medium");
  expect(seen.asked).toEqual(["TurnStart", "TurnComplete"]);
});

test("a turn is asked about beside the other hooks on its prompt, and once", async ($, on) => {
  const release = { now: () => {} };
  const asked = new Promise((resolve) => {
    release.now = () => resolve({});
  });
  on("classic.UserPromptSubmit", async () => asked);
  const seen = standIn(on, () => {
    release.now();
    return says({ record: true, model: "sonnet", instead_of: OPUS });
  });
  await $.classic.UserPromptSubmit({ prompt: "Add a helper", permission_mode: "plan" });
  expect(seen.asked).toEqual(["TurnStart"]);
  await runTurn($);
  expect(seen.asked).toEqual(["TurnStart", "TurnComplete"]);
  expect(seen.sent[0].permission_mode).toBe("plan");
  expect(seen.sent[0].turn_id).toBe(seen.sent[1].turn_id);
  expect(seen.steps[0].model).toBe("sonnet");
});

test("a turn of another text than the prompt's is asked about when it starts", async ($, on) => {
  on("classic.UserPromptSubmit", async () => ({}));
  const seen = standIn(on, () => says({ model: "sonnet", instead_of: OPUS }));
  await $.classic.UserPromptSubmit({ prompt: "Remove a helper" });
  await runTurn($);
  expect(seen.sent.map((sent) => sent.prompt)).toEqual(["Remove a helper", "Add a helper"]);
});

test("a command is asked about when its turn starts", async ($, on) => {
  on("classic.UserPromptSubmit", async () => ({}));
  const seen = standIn(on, () => says({}));
  await $.classic.UserPromptSubmit({ prompt: "/mid Add a helper" });
  expect(seen.asked).toEqual([]);
});

test("a prompt that a running turn takes in asks nothing", async ($, on) => {
  on("classic.UserPromptSubmit", async () => ({}));
  const seen = standIn(on, () => says({}));
  await $.turn.start({ text: "Add a helper", turnId: "t1" });
  await $.classic.UserPromptSubmit({ prompt: "Quickly" });
  expect(seen.asked).toEqual(["TurnStart"]);
});

test("a hook that fails changes nothing and is not asked again for the turn", async ($, on) => {
  on("classic.UserPromptSubmit", async () => ({}));
  const seen = standIn(on, () => ({ exitCode: 1, stdout: "", stderr: "boom" }));
  await $.classic.UserPromptSubmit({ prompt: "Add a helper" });
  await runTurn($);
  expect(seen.asked.filter((event) => event === "TurnStart").length).toBe(1);
  expect(seen.steps[0].model).toBe(OPUS);
});

test("a hook that does not end is waited for until its deadline", async ($, on) => {
  const seen = standIn(on, (event) => (event === "TurnStart" ? new Promise(() => {}) : says({})));
  const turn = runTurn($);
  await seen.clock.advance(299);
  expect(seen.steps.length).toBe(0);
  await seen.clock.advance(1);
  await turn;
  expect(seen.steps[0].model).toBe(OPUS);
  expect(seen.sent[1].fault).toBe("no answer in time");
});

test("after three misses in a row the rest of the session is left alone", async ($, on) => {
  const seen = standIn(on, () => ({ exitCode: 1, stdout: "", stderr: "boom" }));
  for (const _turn of [1, 2, 3, 4, 5]) {
    await runTurn($);
  }
  const starts = seen.asked.filter((event) => event === "TurnStart");
  expect(starts.length < 4).toBe(true);
  expect(seen.steps.length).toBe(5);
});

test("the turn whose question missed last is still told of", async ($, on) => {
  on("classic.UserPromptSubmit", async () => ({}));
  const seen = standIn(on, () => ({ exitCode: 1, stdout: "", stderr: "boom" }));
  for (const _turn of [1, 2, 3]) {
    await $.classic.UserPromptSubmit({ prompt: "Add a helper" });
    await runTurn($);
  }
  expect(seen.asked).toEqual(["TurnStart", "TurnComplete", "TurnStart", "TurnComplete"]);
});

test("an answer in between begins the count of misses anew", async ($, on) => {
  let number = 0;
  const seen = standIn(on, (event) => {
    if (event !== "TurnStart") {
      return says({});
    }
    number += 1;
    return number % 3 === 0 ? says({}) : { exitCode: 1, stdout: "", stderr: "" };
  });
  for (const _turn of [1, 2, 3, 4, 5, 6, 7]) {
    await runTurn($);
  }
  expect(seen.asked.filter((event) => event === "TurnStart").length).toBe(7);
});

test("without an effort in the answer the person's own stays", async ($, on) => {
  const seen = standIn(on, () => says({ model: OPUS, instead_of: OPUS }));
  await runTurn($);
  expect(seen.steps[0].effort).toBe("high");
});

test("a hook that answers no JSON changes nothing", async ($, on) => {
  const seen = standIn(on, () => ({ exitCode: 0, stdout: "no json", stderr: "" }));
  await runTurn($);
  expect(seen.steps[0].model).toBe(OPUS);
});

test("another model than the session's own wins for its turn", async ($, on) => {
  const seen = standIn(on, () => says({ model: "sonnet", instead_of: "claude-haiku-5-5" }));
  await runTurn($);
  expect(seen.steps[0].model).toBe(OPUS);
});

test("the first turn of a conversation in this client is told of as that", async ($, on) => {
  const seen = standIn(on, () => says({ model: "sonnet", instead_of: OPUS }));
  await runTurn($);
  await runTurn($);
  expect(seen.sent.map((sent) => sent.is_first)).toEqual([true, false]);
});

test("a turn on a command's own model is told of with it", async ($, on) => {
  const route = { record: true, model: "sonnet", instead_of: "claude-haiku-5-5" };
  const seen = standIn(on, () => says(route));
  await runTurn($, 2);
  expect(seen.sent[1].own_model).toBe(OPUS);
});

test("a turn on a command's own model is not looked at again", async ($, on) => {
  const route = { model: "sonnet", instead_of: "claude-haiku-5-5", look_at: 1 };
  const edit = { name: "Edit", input: { file_path: "/src/a.py" } };
  const seen = standIn(on, () => says(route), [edit]);
  await runTurn($, 2);
  expect(seen.asked).toEqual(["TurnStart"]);
  expect(seen.steps[1].model).toBe(OPUS);
});

test("a change is said once, and nothing where there is nothing to say", async ($, on) => {
  const route = { model: "opus", instead_of: OPUS, line: "tierwise: up", toast: "tierwise: up" };
  const seen = standIn(on, (event) => says(event === "TurnStart" ? route : {}));
  await runTurn($);
  expect(seen.lines).toEqual(["tierwise: up"]);
  expect(seen.toasts).toEqual(["tierwise: up"]);
});

test("a line goes where the next turn is not routed", async ($, on) => {
  const left = [says({ model: "opus", instead_of: OPUS, line: "up" }), says({ record: true })];
  const seen = standIn(on, (event) => (event === "TurnStart" ? left.shift() : says({})));
  await runTurn($);
  await runTurn($);
  expect(seen.lines).toEqual(["up", undefined]);
});

test("a cleared conversation leaves no line and no answer behind", async ($, on) => {
  const seen = standIn(on, () => says({ model: "opus", instead_of: OPUS, line: "up" }));
  await runTurn($);
  await $.session.end({ reason: "clear", sessionId: "s1", resume: { id: "s1" } });
  expect(seen.lines).toEqual(["up", undefined]);
  await runTurn($);
  expect(seen.sent[1].answer_before).toBe("");
});

test("the effort that is told of is the one that was sent", async ($, on) => {
  const route = { record: true, model: "opus", instead_of: OPUS, effort: "low" };
  const seen = standIn(on, () => says(route));
  await runTurn($, 2);
  expect(seen.sent[1].steps.map((step) => step.effort)).toEqual(["low", "low"]);
});

test("a report of the limits holds nothing up, and its failure stops no routing", async ($, on) => {
  const route = { record: true, model: "sonnet", instead_of: OPUS };
  const failed = { exitCode: 1, stdout: "", stderr: "" };
  const seen = standIn(on, (event) => (event === "SessionMeasure" ? failed : says(route)));
  const limits = [{ kind: "five_hour", percentUsed: 40, resetsAt: "2099-01-01T00:00:00.000Z" }];
  const context = { window: 1_000_000 };
  for (let count = 0; count < 5; count += 1) {
    await $.session.measure({ changed: ["rateLimits"], context, rateLimits: limits });
  }
  await runTurn($);
  expect(seen.asked.filter((event) => event === "SessionMeasure").length).toBe(5);
  expect(seen.steps[0].model).toBe("sonnet");
});

test("a long list of steps asks once more before the first edit", async ($, on) => {
  const route = { record: true, model: "sonnet", instead_of: OPUS, look_at: 6 };
  const tasks = Array.from({ length: 6 }, () => ({ name: "TaskCreate", input: {} }));
  const seen = standIn(on, () => says(route), tasks);
  await $.turn.start({ text: "Add a helper", turnId: "t1" });
  for (const index of [0, 1]) {
    const step = { turnId: "t1", index, model: OPUS, effort: HIGH, messageCount: 1 };
    for await (const _chunk of $.turn.step(step)) {
      // nothing is streamed beneath
    }
  }
  expect(seen.asked).toEqual(["TurnStart", "TurnStep"]);
});

test("the twentieth edit asks, and nothing after an answer that looks at nothing", async ($, on) => {
  const route = { record: true, model: "sonnet", instead_of: OPUS, look_at: 100 };
  const raised = { model: OPUS, instead_of: OPUS, look_at: 0 };
  const edits = [];
  const seen = standIn(on, (event) => says(event === "TurnStart" ? route : raised), edits);
  await $.turn.start({ text: "Add a helper", turnId: "t1" });
  for (let index = 0; index < 24; index += 1) {
    edits[0] = { name: "Edit", input: { file_path: `/src/m${index}.py` } };
    const step = { turnId: "t1", index, model: OPUS, effort: HIGH, messageCount: 1 };
    for await (const _chunk of $.turn.step(step)) {
      // nothing is streamed beneath
    }
  }
  expect(seen.asked).toEqual(["TurnStart", "TurnStep"]);
  expect(seen.steps.map((step) => step.model).indexOf(OPUS)).toBe(20);
});

test("the twelfth file that a turn reads asks once more", async ($, on) => {
  const route = { record: true, model: "sonnet", instead_of: OPUS, look_at: 6 };
  const file = (_, number) => ({ name: "Read", input: { file_path: `/src/m${number}.py` } });
  const seen = standIn(on, () => says(route), Array.from({ length: 12 }, file));
  await $.turn.start({ text: "Add a helper", turnId: "t1" });
  for (const index of [0, 1, 2]) {
    const step = { turnId: "t1", index, model: OPUS, effort: HIGH, messageCount: 1 };
    for await (const _chunk of $.turn.step(step)) {
      // nothing is streamed beneath
    }
  }
  expect(seen.asked).toEqual(["TurnStart", "TurnStep"]);
});

const QUESTION = { id: "k1", text: "Do it", labels: ["docs: x", "tests: y"], model: "haiku" };

test("a question of the hook goes to a model, and what it says to the hook", async ($, on) => {
  const left = [says({ question: QUESTION }), says({ record: true, model: "haiku", instead_of: OPUS })];
  const seen = standIn(on, () => left.shift() || says({}));
  await runTurn($);
  expect(seen.classified).toEqual([QUESTION.labels]);
  expect(seen.sent[1].answered.id).toBe("k1");
  expect(seen.sent[1].answered.label).toBe("tests: y");
  expect(seen.steps[0].model).toBe("haiku");
});

test("an agent's call is asked about before it runs, where the policy asks models", async ($, on) => {
  const seen = standIn(on, (event) => says(event === "TurnStart" ? { asks: true } : {}));
  await $.tool.call(CALL);
  expect(seen.asked).toEqual([]);
  await $.turn.start({ text: "Add a helper", turnId: "t1" });
  await $.tool.call(CALL);
  expect(seen.asked).toEqual(["TurnStart", "AgentCall"]);
  expect(seen.sent[1].tool_input.prompt).toBe("Find it");
});

test("an agent starts on the full id that the hook answers", async ($, on) => {
  const seen = standIn(on, () => says({ model: "claude-haiku-5-5" }));
  await $.agent.spawn({ ...SPAWN, model: "haiku" });
  expect(seen.spawned).toEqual(["claude-haiku-5-5"]);
});

test("an agent starts as it was where the hook fails", async ($, on) => {
  const seen = standIn(on, () => ({ exitCode: 1, stdout: "", stderr: "" }));
  await $.agent.spawn({ ...SPAWN, model: "haiku" });
  expect(seen.spawned).toEqual(["haiku"]);
});

const CALL = {
  tool: "Agent",
  tool_use_id: "toolu_1",
  prompt: "Find it",
  description: "Find",
  subagent_type: "general-purpose",
};

const SPAWN = {
  tool_use_id: "toolu_1",
  prompt: "Where does it start?",
  description: "Find it",
  subagentType: "Explore",
  provider: { plugin: "engine", tier: "core" as const },
  parentModel: OPUS,
  background: false,
  fork: false,
};
