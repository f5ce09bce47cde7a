"""Tasks that ask for nothing but a deterministic command.  Standard library only.

The seeds' biggest single saving: checks with a right answer need no model.  The test is strict on purpose: every word
of the task must belong to the request.  "run the linter" is a command; "run the linter and fix what it finds" is work.
"""

from __future__ import annotations

from tierwise.route.words import BREAK, split_words, word_set

_MOST_WORDS = 14
_FILLER = word_set(
    "can could would you will i we want need me us now then again once more quickly just only simply it is are and "
    "for on in over through whole entire all everything full complete here to with current "
    "kannst du konntest auf fur uber im ganzen gesamten noch einmal aus durch und lass laufen lassen "
    "peux tu sur dans tout toute encore et puedes por favor toda todo en sobre y pode por favor no na em tudo e "
    "puoi per su tutto пожалуйста все весь и на в"
)
_RUN = word_set(
    "run runs running execute start launch rerun do perform "
    "invoke kick off fuhre ausfuhren starte starten lance lancer "
    "execute executer executez ejecuta ejecutar corre correr lanza rode rodar executa executar esegui eseguire lancia "
    "запусти запустить запустите прогони выполни"
)
_CHECK = word_set(
    "check verify ensure confirm make sure see whether if that validate prufe prufen ob dass verifie verifier que si "
    "verifica verificar comprueba confirme controlla che se проверь что"
)
_CODE = word_set(
    "code codebase project repo repository files source sources tree projekt quellcode projet depot codigo proyecto "
    "repositorio projeto codice progetto код проект кода проекта"
)
_CHECKS = word_set("check checks prufung prufungen verifications controlli проверку проверки")

# name -> (verbs of which one must be there, objects of which one must be there, words that may be there)
_Rule = tuple[frozenset[str], frozenset[str], frozenset[str]]
_LINTERS = word_set("linter linters lint linting eslint ruff flake8 pylint clippy golangci rubocop линтер линтинг")
_FORMATTERS = word_set("formatter formatters formatting prettier black gofmt rustfmt форматтер форматирование")
_TESTS = word_set("test tests testsuite pytest jest vitest pruebas testes тесты suite")
_RULES: dict[str, tuple[_Rule, ...]] = {
    "lint": (
        (_RUN | _CHECK, _LINTERS, _CODE | _CHECKS),
        (frozenset({"lint"}), _CODE, frozenset()),
    ),
    "format": (
        (_RUN, _FORMATTERS, _CODE),
        (
            word_set("format autoformat formatiere formatieren formate formater "
            "formatez formatea formatear formata formatar formatta "
                "formattare отформатируй отформатировать"),
            _CODE,
            _FORMATTERS,
        ),
    ),
    "types": (
        (
            _RUN,
            word_set("type types typecheck typechecker typechecking mypy tsc pyright typprufung типов"),
            _CODE | _CHECKS | word_set("checker checking типы проверку"),
        ),
        (word_set("typecheck check"), word_set("types typecheck"), _CODE),
        (frozenset({"typecheck"}), _CODE, frozenset()),
    ),
    "unit-tests": (
        (_RUN | frozenset(("lass", "laufen")), _TESTS, _CODE | word_set("unit unitaires unitarias "
        "unitarios unitari die")),
    ),
    "build": (
        (_RUN, word_set("build compile compiler compilation сборку"), _CODE),
        (
            word_set("build compile compila compiler compilar kompiliere kompilieren baue собери"),
            _CODE,
            frozenset(),
        ),
    ),
    "commit-check": (
        (
            _CHECK | _RUN | frozenset({"lint"}),
            frozenset(("commit", "commits")),
            word_set("message messages msg format conventional valid follows last convention check"),
        ),
    ),
    "preflight": (
        (_RUN | _CHECK, frozenset(("preflight",)), _CHECKS | frozenset(("flight", "pre"))),
        (
            _CHECK,
            word_set("syntax markers"),
            _CODE | word_set("merge conflict conflicts changed staged of no there python json yaml toml shell"),
        ),
        (
            _CHECK,
            word_set("exist exists present installed existieren "
            "vorhanden installiert existent existen existem esistono"),
            word_set("required needed necessary expected file files "
            "dependencies deps packages there dateien abhangigkeiten "
                "fichiers dependances sont installees archivos dependencias instaladas estan arquivos estao file "
                "dipendenze sono installate sind alle"),
        ),
    ),
    "smoke": (
        (_RUN | _CHECK, frozenset(("smoke", "smoketest")), _CHECKS | _TESTS | frozenset(("still", "passes", "pass"))),
        (
            _CHECK | _RUN,
            word_set("starts boots startet demarre arranca inicia"),
            word_set("app application server service still up tests pass anwendung aplicacion"),
        ),
    ),
}  # fmt: skip

# Chinese and Japanese requests as they are written, without marks and courtesies.
_IDEOGRAPHS = {
    "lint": "运行linter 运行lint 执行lint 跑一下lint リンターを実行 リントを実行 lintを実行 lintを実行",
    "format": "格式化代码 格式化所有代码 コードをフォーマット コードを整形",
    "types": "运行类型检查 类型检查 型チェックを実行",
    "unit-tests": "运行测试 跑测试 跑一下测试 运行单元测试 执行测试 テストを実行 単体テストを実行 ユニットテストを実行",
    "build": "编译项目 构建项目 ビルドを実行 プロジェクトをビルド",
    "smoke": "运行冒烟测试 スモークテストを実行",
}
_EXACT = {phrase: name for name, line in _IDEOGRAPHS.items() for phrase in line.split()}
_COURTESIES = ("请", "帮我", "一下", "してください", "して下さい", "して", "。", "!", "！", " ")


def read_command(prose: str) -> str | None:
    """The automated work (a name of ``kinds.AUTOMATED``) that a task asks for and nothing else; else None."""
    if not prose or len(prose) > 160:
        return None
    words = [word for word in split_words(prose.replace("pre-flight", "preflight")) if word != BREAK]
    if not words or len(words) > _MOST_WORDS:
        return None
    if not prose.isascii():
        bare = prose.lower()
        for courtesy in _COURTESIES:
            bare = bare.replace(courtesy, "")
        if bare in _EXACT:
            return _EXACT[bare]
    given = set(words)
    names = [name for name, rules in _RULES.items() if any(_asks(given, rule) for rule in rules)]
    return names[0] if len(names) == 1 else None


def _asks(given: set[str], rule: _Rule) -> bool:
    verbs, objects, others = rule
    if not given & verbs or not given & objects or not given <= verbs | objects | others | _FILLER:
        return False
    # One word may be both ("lint"): there must be two to make a request, but for names of tools and checks.
    return len(given & (verbs | objects | others)) > 1
