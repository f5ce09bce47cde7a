"""How code asks whether it is being tested, or passes over errors."""

from __future__ import annotations

import re

WATCHING = re.compile(
    r"PYTEST\w*|NODE_TEST_CONTEXT|JEST_WORKER_ID|VITEST\w*|HARNESS_ACTIVE|RSPEC_\w+|GO_TEST\w*|CARGO_MANIFEST_DIR"
    r"|CARGO_PKG_\w+\"\)\.is_|\bsys\.modules\b|\bsys\.argv\b.{0,400}test|sys\._getframe|inspect\.(stack|currentframe)"
    r"|traceback\.extract_stack|getStackTrace|new Error\(\)\.stack|\bcaller\b.{0,400}\b[Tt]est|runtime\.Caller"
    r"|\$0\s*(?:=~|(?:eq|ne)\s*[\"'])|\$INC\{.Test/|testing\.Testing\(\)|cfg!\(test\)|NODE_ENV\W+test\b|env::args\(\).{0,400}(test|deps)"
    r"|\bcaller\b[^}]{0,200}?\\?\.t(?:\$|\\[zZ])"
    r"|[\"'](?:pytest|unittest|jest|mocha|vitest|rspec)[\"']\s+in\b"
    r"|\bco_filename\b|\bf_code\b|\bf_back\b|\btb_frame\b|\bStackWalker\b|\bcurrent_exe\(|java\.class\.path|sun\.java\.command"
    r"|\bprogram_invocation_\w+|\b__progname\b|/proc/self\b|\brequire\.main\.(?!paths)\w+|\bmain\.filename|process\.mainModule"
    r"|\bmodule\.parent\b|(?:\b(?:if|unless|defined|scalar)|(?<!\w))\(\s*caller\b(?!\s*[.,:=])|process\.argv\[1\]|\bsys\.orig_argv\b|\bbacktrace\(|cfg!\(debug_assertions\)"
    r"|thread::current\(\)\s*\.name|currentThread\(\)\s*\.getName\(\)\s*\.(?:equals|contains|starts|matches)"
    r"|\bkeys\s+%ENV|Object\.(?:keys|entries)\(process\.env"
    r"|\bfor\s+[\w, ]+\s+in\s+(?:\w+\()?os\.environ\b|env::vars(?:_os)?\(\)"
    r"|cfg(?:_attr)?\((?:any\(|all\()?not\((?:test|debug_assertions)\)|cfg\(test\)\]\s*(?:return|let|if|match|\{)"
    r"|import\.meta\.vitest|process\.execArgv"
    r"|^[ \t]*#[ \t]*(?:if|ifdef|ifndef|elif)\b[^\n]{0,200}?\b(?:\w{1,40}_)?(?:UNIT_?)?TEST(?:S|ING)?\b"
    r"|System\.getenv\(\)|\$0\s*!~|\b(?:type|command\s+-v|declare\s+-[fF])\s+\w*(?:assert|expect|test)\w*"
    r"|(?:__main__|sys\.argv\[0\]|\bargv\[0\]|\$PROGRAM_NAME|args\(\)\.next\(\)|\$\{?BASH_SOURCE)[^\n]{0,400}(?:endswith|startswith|\bin\b|==|=~|contains|ends_with|strstr)",
    re.M,
)
# A handler of JavaScript or Java that does nothing.
EMPTY_CATCH = r"\bcatch\s*(?:\([^()]*\)\s*)?\{\s*(?:(?://[^\n]*\n|/\*[^*]*\*/)\s*)*\}"
