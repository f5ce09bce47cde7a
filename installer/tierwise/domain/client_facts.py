"""What a version of Claude Code means for routing, as measured on 2.1.197 … 2.1.332 (docs/claude-code.md).

Between two measured versions the older one's behaviour is assumed, since that is the one that routes less.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

OLDEST, NEWEST = "2.1.197", "2.1.332"
ENVIRONMENT_IS_A_DEFAULT = "2.1.259"  # up to 2.1.240 CLAUDE_CODE_SUBAGENT_MODEL beats everything
EFFORT_OF_A_CALL = "2.1.310"  # from about here an `effort` in the call is applied
EXPLORE_INHERITS = "2.1.240"  # before, the built-in Explore ran on haiku
# Before, `claude doctor` waits for a terminal and starts .mcp.json's servers.
DOCTOR_STARTS_NOTHING = "2.1.329"
# Before, one hook's entry that it does not take costs the whole file.
BAD_HOOK_COSTS_ITSELF = "2.1.329"
# In subfolders and linked work trees; 2.1.197 reads the start folder's only.
LOCAL_SETTINGS_HOLD_BELOW = "2.1.329"
BACKGROUND_BY_DEFAULT = "2.1.329"
MODULES = "2.1.287"  # plugin modules are loaded, and may set an agent's model after the hook
RESUMED_AGENT_KEEPS_ITS_MODEL = "2.1.329"  # on 2.1.197 it falls back to its own file's

MODEL_CAN_BE_FORCED = "2.1.329"
WORKFLOW_MODEL_CAN_BE_FORCED = "2.1.329"
EFFORT_CAN_BE_CAPPED = "2.1.329"
OLDER_MODELS_STAND_IN = "2.1.329"  # and deniedModels counts; 2.1.197 knows neither

# What a client serves for a family's name, the newest first; an older one where the newer ones are not allowed.
SERVED_NOW = {
    "haiku": ("claude-haiku-5-5", "claude-haiku-4-5-20251001"),
    "sonnet": ("claude-sonnet-5-5", "claude-sonnet-5", "claude-sonnet-4-6"),
    "opus": (
        "claude-opus-5-5",
        "claude-opus-5",
        "claude-opus-4-8",
        "claude-opus-4-7",
        "claude-opus-4-6",
        "claude-opus-4-5-20251101",
    ),
    "fable": ("claude-fable-5-2", "claude-fable-5-1", "claude-fable-5"),
}
SERVED_BEFORE = {
    "haiku": ("claude-haiku-4-5-20251001",),
    "sonnet": ("claude-sonnet-5",),
    "opus": ("claude-opus-4-8",),
    "fable": ("claude-fable-5",),
}

# What holds from a version on; docs/claude-code.md has this table.
FACTS = (
    (
        EXPLORE_INHERITS,
        "the built-in Explore inherits the session's model; before, it ran on haiku",
    ),
    (
        ENVIRONMENT_IS_A_DEFAULT,
        "CLAUDE_CODE_SUBAGENT_MODEL is only a default; before, it beat everything",
    ),
    (MODULES, "plugin modules are loaded; a model that one sets at `agent.spawn` beats the hook"),
    (
        EFFORT_OF_A_CALL,
        "an effort in a call of the Agent tool is applied; before, only files set it",
    ),
    (BACKGROUND_BY_DEFAULT, "agents run in the background unless the call says otherwise"),
    (
        RESUMED_AGENT_KEEPS_ITS_MODEL,
        "a resumed agent keeps the model of its call; before, its file's",
    ),
    (
        MODEL_CAN_BE_FORCED,
        "CLAUDE_CODE_SUBAGENT_MODEL_FORCE beats the hook; without a model variable every agent "
        "runs on the session's model",
    ),
    (WORKFLOW_MODEL_CAN_BE_FORCED, "CLAUDE_CODE_WORKFLOW_SUBAGENT_MODEL beats the script's model"),
    (
        LOCAL_SETTINGS_HOLD_BELOW,
        "the top's settings.local.json holds in subfolders and linked work trees; before, only the plugin does",
    ),
    (
        BAD_HOOK_COSTS_ITSELF,
        "a hook's entry that the client does not take costs that entry; before, it costs the whole settings file",
    ),
    (EFFORT_CAN_BE_CAPPED, "the setting maxEffortLevel caps every effort"),
    (
        OLDER_MODELS_STAND_IN,
        "where settings leave out a family's newest model, an older one of it that they allow is served; "
        "before, the session's. An administrator's deniedModels count",
    ),
)

# Where an administrator puts settings for every user; another system's path would be one of the current folder.
MANAGED_SETTINGS = {
    "darwin": "/Library/Application Support/ClaudeCode/managed-settings.json",
    "win32": "C:/Program Files/ClaudeCode/managed-settings.json",
}.get(sys.platform, "/etc/claude-code/managed-settings.json")
MODELS_WITHOUT_EFFORT = ("claude-haiku-4-5", "claude-sonnet-4-5")

# Variables that start the client in a mode in which no hook runs.
SAFE_MODE = "CLAUDE_CODE_SAFE_MODE"
SIMPLE = "CLAUDE_CODE_SIMPLE"
RESTRICTED = "CLAUDE_CODE_RESTRICTED"

# Settings and variables that change which model or effort a spawn gets: `tierwise verify` copies them.
ROUTING_SETTINGS = (
    "model",
    "effortLevel",
    "availableModels",
    "enforceAvailableModels",
    "maxEffortLevel",
    "modelOverrides",
    "disableAllHooks",
)
ROUTING_VARIABLES = (
    "CLAUDE_CODE_SUBAGENT_MODEL",
    "CLAUDE_CODE_SUBAGENT_MODEL_FORCE",
    "CLAUDE_CODE_SUBAGENT_EFFORT",
    "CLAUDE_CODE_WORKFLOW_SUBAGENT_MODEL",
    "CLAUDE_CODE_EFFORT_LEVEL",
    "ANTHROPIC_DEFAULT_HAIKU_MODEL",
    "ANTHROPIC_DEFAULT_SONNET_MODEL",
    "ANTHROPIC_DEFAULT_OPUS_MODEL",
    "ANTHROPIC_DEFAULT_FABLE_MODEL",
    "TIERWISE_MODE",
)


def name_default_model(alias: str) -> str:
    """Return the variable that says which model the client serves for an alias."""
    return f"ANTHROPIC_DEFAULT_{alias.upper()}_MODEL"


def takes_no_effort(model: str) -> bool:
    """Return whether clients send no effort for a model."""
    return model.startswith(MODELS_WITHOUT_EFFORT)


def parse_version(version: str) -> tuple[int, ...]:
    """Return a version as numbers that compare; empty where it is none."""
    parts = version.split("-")[0].split(".")
    if not all(part.isdigit() for part in parts):
        return ()
    return tuple(map(int, parts))


def at_least(version: str, wanted: str) -> bool:
    """Return whether a client is that new; an unknown version counts as new."""
    return not parse_version(version) or parse_version(version) >= parse_version(wanted)


def find_differences(
    version: str,
    environ: "Mapping[str, str]",
) -> list[str]:
    """Return what this version does otherwise than the policy says, given the environment; nothing on a current one."""
    found = []
    forced = environ.get("CLAUDE_CODE_SUBAGENT_MODEL", "")
    if forced and not at_least(version, ENVIRONMENT_IS_A_DEFAULT):
        found.append(
            f"Claude Code {version} runs every subagent on CLAUDE_CODE_SUBAGENT_MODEL={forced}: unset it"
        )
    if not at_least(version, EFFORT_OF_A_CALL):
        found.append(
            f"Claude Code {version} ignores the effort of a spawn: only agent files set it"
        )
    return found
