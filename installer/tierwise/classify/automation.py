"""Tasks that ask for nothing but a deterministic command.  Standard library only.

Strict on purpose: every word of the task must belong to the request.  "run the linter" is a command; "run the linter
and fix what it finds" is work.
"""

from __future__ import annotations

from tierwise.classify.command_lines import (
    name_by_word,
    read_command_line,
)
from tierwise.classify.words import (
    BREAK,
    PATH,
    split_words,
    word_set,
)

_MOST_WORDS = 14
_FILLER = word_set(
    "can could would you will i we want need me us then again once more quickly only simply it is are and "
    "for on in over through whole entire all everything full complete here to with current "
    "kannst du konntest auf fur uber im ganzen gesamten noch einmal aus durch und lass laufen lassen "
    "peux tu sur dans tout toute encore et puedes por favor toda todo en sobre y pode no na em tudo e "
    "puoi per su tutto пожалуйста все весь и на в kodu kod prosze mi w calym op het de voor "
    "quick mets mettre avec forme every each any both sa son lutfen tum go ahead before first start begin "
    "as let works goes well ok okay succeeds afterwards "
    "report result results output tell show print outcome status if whether they back pass passes passed fail failed"
)
_RUN = word_set(
    "laufen run runs running execute start launch rerun do perform "
    "invoke kick off fuhre fuhr ausfuhren starte starten lass lance lancer exec "
    "fais tourner uruchom wykonaj odpal voer uit draai calistir baslat kor spust "
    "executer executez ejecuta ejecutar corre correr lanza rode rodar executa executar esegui eseguire lancia "
    "запусти запустить запустите прогони выполни"
)
_USE = word_set("apply use let")
_CHECK = word_set(
    "check verify ensure confirm make sure see whether if validate prufe prufen ob dass verifie verifier que si "
    "verifica verificar comprueba confirme controlla che se проверь что sprawdz czy controleer of kontrol et"
)
_IT = word_set("it everything all them")
_CODE = word_set(
    "code kod codebase project repo repository files source sources tree "
    "projekt quellcode projet depot codigo proyecto "
    "repositorio projeto codice progetto код проект кода проекта projekcie kodu kodzie projeyi proje workspace "
    "src lib directory folder monorepo package packages module modules"
)
_CHECKS = word_set("check checks prufung prufungen verifications controlli проверку проверки")

# name -> (verbs of which one must be there, objects of which one must be there, words that may be there)
_Rule = tuple[frozenset[str], frozenset[str], frozenset[str]]
_LINTERS = word_set(
    "linter linters lint linting eslint ruff flake8 pylint clippy golangci rubocop линтер линтинг lintera linteri"
)
_FORMATTERS = word_set(
    "formatter formatters formatting prettier black gofmt rustfmt форматтер форматирование"
)
_TESTS = word_set(
    "test tests testsuite pytest jest vitest pruebas testes тесты suite testy testleri testler"
)
_RULES: dict[str, tuple[_Rule, ...]] = {
    "lint": (
        (_RUN | _CHECK, _LINTERS, _CODE | _CHECKS),
        (word_set("lint"), _CODE | _IT, frozenset()),
        (word_set("is are does do any"), _LINTERS, word_set("happy clean green errors warnings issues problems")),
    ),
    "format": (
        (_RUN | _USE, _FORMATTERS, _CODE),
        (
            word_set("format forme autoformat reformat sformatuj bicimlendir formatiere formatieren formate formater "
            "formatez formatea formatear formata formatar formatta "
                "formattare отформатируй отформатировать"),
            _CODE | _FORMATTERS | word_set("everything all"),
            word_set("with using"),
        ),
    ),
    "types": (
        (
            _RUN,
            word_set("type types typecheck typechecker typechecking mypy tsc pyright typprufung типов"),
            _CODE | _CHECKS | word_set("checker checking типы проверку"),
        ),
        (word_set("typecheck check"), word_set("types typecheck"), _CODE),
        (word_set("check checks"), word_set("type"), _CODE | _IT | word_set("do does")),
        (word_set("typecheck"), _CODE | _IT, frozenset()),
        (_CHECK, word_set("types tipos tipi типы типов typen typy"), _CODE),
        (word_set("typecheck typechecks"), word_set("does do it still project code"), _CODE),
    ),
    "unit-tests": (
        (_RUN | word_set("lass laufen"), _TESTS, _CODE | word_set("unit unitaires unitarias unitarios "
        "unitari jednostkowe birim make sure they pass passing")),
        (word_set("pass passing passes green"), _TESTS, _CODE | _CHECK | word_set("unit do does still")),
    ),
    "build": (
        (_RUN, word_set("build compile compiler compilation сборку"), _CODE),
        (
            word_set("build compile compila compiler compilar kompiliere kompilieren baue собери zbuduj skompiluj bouw "
            "rebuild recompile compiles builds"),
            _CODE | word_set("app application anwendung"),
            word_set("does still"),
        ),
        (word_set("compile recompile rebuild kompiliere compila compilar"), _IT, _CODE),
        (
            _CHECK | word_set("does do"),
            word_set("build builds compile compiles"),
            _CODE | word_set("still app application cleanly"),
        ),
    ),
    "commit-check": (
        (
            _CHECK | _RUN | word_set("lint does do is are"),
            word_set("commit commits"),
            word_set("message messages msg format conventional valid follows follow last latest newest right correct "
            "well formed convention conventions style guidelines rules check"),
        ),
    ),
    "preflight": (
        (_RUN | _CHECK, word_set("preflight"), _CHECKS | word_set("flight pre")),
        (
            _CHECK,
            word_set("syntax markers symlinks"),
            _CODE | word_set("merge conflict conflicts changed staged of no there python json yaml toml shell broken"),
        ),
        (_RUN | _CHECK, word_set("precommit"), _CHECKS),
        # Of the staged files alone: what else may hide in a whole project is for a reader to find.
        (
            word_set("secrets"),
            word_set("staged changed"),
            _CODE | _CHECK | word_set("scan look leaked contain contains no any do does there"),
        ),
        (
            _CHECK,
            word_set("exist exists present installed existieren "
            "vorhanden installiert existent existen existem esistono"),
            word_set("required needed necessary expected file files "
            "dependencies deps packages there dateien abhangigkeiten "
                "fichiers dependances sont installees archivos dependencias instaladas estan arquivos estao "
                "dipendenze sono installate sind alle do does pliki istnieja zaleznosci "
                "bestanden bestaan dosyalar var mi node npm docker git python modules node_modules venv") | {PATH},
        ),
        (
            word_set("are is do does sind ist sont estan estao sono ли czy"),
            word_set("exist exists present installed there installiert installees instaladas installate установлены "
            "zainstalowane"),
            word_set("required needed necessary expected file files dependencies deps packages modules all node npm "
            "docker git python alle elles abhangigkeiten dependances dependencias dipendenze зависимости zaleznosci "
            "wszystkie") | {PATH},
        ),
    ),
    "smoke": (
        (
            word_set("smoke smoketest"),
            word_set("test tests check checks smoketest"),
            _RUN | word_set("app application server does starts boots"),
        ),
        (
            word_set("does do if whether"),
            word_set("start starts boot boots"),
            word_set("app application server service still up fine properly check verify see tests pass"),
        ),
        (word_set("startet demarre arranca"), word_set("app anwendung application aplicacion"), word_set("still noch")),
        (_RUN | _CHECK, word_set("smoke smoketest"), _CHECKS | _TESTS | word_set("still passes pass")),
        (
            _CHECK | _RUN,
            word_set("starts boots startet demarre arranca inicia"),
            word_set("app application server service still up tests pass anwendung aplicacion"),
        ),
    ),
}  # fmt: skip

# Chinese, Japanese, Korean and Hindi requests as they are written, without marks, blanks and courtesies.
_EXACT = name_by_word({
    "lint": (
        "运行linter 运行lint 执行lint 跑一下lint リンターを実行 リントを実行 lintを実行 린터실행 린트실행 "
        "린터를실행 린트를실행 린트돌려 린터돌려 लिंटरचलाओ लिंटचलाओ 跑lint 跑linter"
    ),
    "format": (
        "格式化代码 代码格式化 格式化所有代码 コードをフォーマット コードを整形 코드포맷 코드포맷팅 코드를포맷 "
        "코드정리 कोडफ़ॉर्मैटकरो कोडफॉर्मेटकरो コードフォーマット"
    ),
    "types": "运行类型检查 类型检查 型チェックを実行 타입체크 타입검사 타입체크실행",
    "unit-tests": (
        "运行测试 跑测试 跑一下测试 运行单元测试 执行测试 テストを実行 単体テストを実行 "
        "ユニットテストを実行 테스트실행 테스트를실행 테스트돌려 단위테스트실행 टेस्टचलाओ यूनिटटेस्टचलाओ "
        "テスト実行 跑单元测试"
    ),
    "build": (
        "编译项目 构建项目 ビルドを実行 プロジェクトをビルド 빌드 빌드실행 프로젝트빌드 프로젝트를빌드 "
        "ビルド प्रोजेक्टबिल्डकरो 编译 构建"
    ),
    "preflight": "依赖装好了吗 依赖都装好了吗 依赖安装了吗 依存関係はインストールされていますか 의존성설치됐어",
    "smoke": "运行冒烟测试 スモークテストを実行 冒烟测试",
})  # fmt: skip
_COURTESIES = (
    "请", "幫我", "帮我", "一下", "してください", "して下さい", "して", "お願いします", "。", "!", "！", "?", " ",
    "해주세요", "해줘요", "해줘", "하세요", "주세요", "해라", "줘", "कृपया", "।",
)  # fmt: skip


def read_command(prose: str) -> str | None:
    """The automated work (a name of ``kinds.AUTOMATED``) that a task asks for and nothing else; else None.

    ``prose`` is the author's text, with stand-ins for the files that it names.
    """
    if not prose:
        return None
    line = read_command_line(prose)
    if line is not None:
        return line
    joined = prose.replace("pre-flight", "preflight")
    joined = joined.replace("pre-commit", "precommit")
    words = [word for word in split_words(joined) if word != BREAK]
    if not words or len(words) > _MOST_WORDS:
        return None
    return _find_exact(prose) or _match_rules(set(words))


def _find_exact(prose: str) -> str | None:
    """The work that ideographs ask for."""
    if prose.isascii():
        return None
    bare = "".join(prose.lower().split())
    for courtesy in _COURTESIES:
        bare = bare.replace(courtesy, "")
    return _EXACT.get(bare)


def _match_rules(given: set[str]) -> str | None:
    if "make" in given and "sure" not in given:  # to make is to write
        return None
    names = [
        name for name, rules in _RULES.items() if any(_asks_for(given, rule) for rule in rules)
    ]
    return names[0] if len(names) == 1 else None


def _asks_for(given: set[str], rule: _Rule) -> bool:
    verbs, objects, others = rule
    if given.isdisjoint(verbs) or given.isdisjoint(objects):
        return False
    telling = verbs | objects | others
    if not given <= telling | _FILLER:
        return False
    # One word may be both ("lint"): there must be two to make a request, but for names of tools and checks.
    return len(given & telling) > 1
