"""The words that tell a kind of work, in nine languages.  Data only; standard library only.

How to read a line: ``(weight, "phrase, phrase, …")``.  Weights: 6 decides alone, 4 is strong, 2 needs company, 1 hints.
A phrase is a row of words after small words (the, a, der, la …) were dropped and accents folded.  A word of four letters
or more matches as a stem (`migrat` matches migrate, migration, migrieren); shorter ones, and those written `=word`,
match exactly.  `~word` may come up to six words later in the same sentence.
"""

from __future__ import annotations

Lines = tuple[tuple[int, str], ...]

# Work whose product is prose, labels or layout: that it speaks of passwords does not make it security work.
TEXT_KINDS = frozenset(
    "docs changelog imports formatting commit-message docstring naming classification search summary handoff".split()
)
# What the seeds call mechanical (the lightest tier does it) and reasoning-intensive.
MECHANICAL = TEXT_KINDS | {"config", "boilerplate", "rename"}
REASONING = frozenset(
    "planning research architecture validation audit debugging migration schema security performance "
    "concurrency multi-file-refactor orchestration".split()
)

WORDS: dict[str, Lines] = {
    "docs": (
        (8, "troubleshooting page, troubleshooting guide, troubleshooting section"),
        (4, "readme, documentation, user guide, getting started, contributing, tutorial, =docs"),
        (4, "handbook, quickstart, quick start, how-to, =howto, faq, cheat sheet, runbook, man page, wiki"),
        (4, "dokumentation, documentacion, documentacao, documentazione, anleitung, handbuch, документац"),
        (4, "guide d installation, mode d emploi, guide utilisateur, guia, =guida, инструкци, руководств"),
        (3, "document, dokumentier, documenter, documentar, описать"),
        (2, "guide, markdown, =doc, glossary, =page ~docs, explain ~readme, =md, translat, ubersetz, tradui, traduc"),
        (2, "typo, tippfehler, spelling, wording, faute de frappe, errata, опечатк"),
    ),
    "changelog": (
        (8, "changelog, change log, release notes, =history md, release announcement, what's new, notes de version"),
        (
            8,
            "notas de la version, notas de version, notas da versao, note di rilascio, versionshinweis, anderungsprotokoll",
        ),
        (8, "journal des modifications, registro de cambios, список изменени, заметки о релизе, примечания к релизу"),
        (8, "journal des changements, registro de alteracoes, registro delle modifiche, журнал изменени"),
    ),
    "config": (
        (4, "dockerfile, docker compose, docker-compose, gitignore, editorconfig, =eslintrc, tsconfig, config file"),
        (6, "line length"),
        (4, "prettier config, eslint config, configuration file, env example, ci config, ci yaml, github actions"),
        (
            4,
            "gitlab ci, workflow file, =dependabot config, renovate config, pre-commit config, nginx conf, helm values",
        ),
        (4, "konfigurationsdatei, archivo de configuracion, fichier de configuration, arquivo de configuracao"),
        (
            4,
            "file di configurazione, файл конфигурац, =konfig, makefile, =procfile, gitattributes, dockerignore, npmrc",
        ),
        (3, "configur, konfigur, настройк, environment variable ~add, =env file, feature flag ~enable, yaml, toml"),
        (2, "=config, setting, set up, enable, disable, turn on, turn off, timeout ~to, =ini, linter config, =ci"),
        (2, "workflow ~add, kubernetes, k8s, helm, terraform, =cron schedule, log level, strict mode, matrix"),
    ),
    "boilerplate": (
        (6, "scaffold, boilerplate, skeleton, stub, grundgerust, squelette, esqueleto, scheletro, каркас, заготовк"),
        (4, "new ~same structure, generate ~template, empty module, =plantilla, vorlage, modello, шаблон, copy how"),
        (4, "bootstrap a, bootstrap new, starter, placeholder, follow ~template, like existing ones, empty class"),
        (3, "same structure, same pattern as, copy-paste, nach bestehendem muster, siguiendo la plantilla"),
    ),
    "rename": (
        (
            6,
            "rename, move ~xpathx, umbenenn, benenne, renomm, renombr, renomear, rinomin, переимен, should be called, change name",
        ),
        (4, "move ~file, move ~to, move ~folder, =mv, find and replace, search and replace, verschieb ~nach"),
        (4, "deplace ~vers, mueve, mover ~para, sposta, перемест, перенеси, relocate, change ~name of"),
    ),
    "imports": (
        (
            6,
            "sort =imports, unused =import, unused =imports, organi ~=imports, import order, missing =import, remove ~=imports",
        ),
        (6, "relative =imports, relative =import"),
        (6, "=importe, imports inutil, clean up =imports, tidy =imports, fix =imports, fix =import"),
        (
            6,
            "ordena ~=imports, quita ~=imports, elimina ~=imports, trie ~=imports, ordina ~=imports, =импорты, absolute =imports",
        ),
        (4, "=imports, =import statement, isort, circular import warning"),
    ),
    "formatting": (
        (6, "reformat, lint error, lint warning, lint issue, linter warning, linter error, fix lint, eslint warning"),
        (
            6,
            "eslint error, ruff ~complain, trailing whitespace, indentation, formatting issue, formatierung, fix format",
        ),
        (
            6,
            "erreurs de lint, errores de lint, erros de lint, errori di lint, ошибки линтер, linter-warnung, linter warnung",
        ),
        (6, "line length ~wrap, code style, einruckung, mise en forme, formateo, formatacao, formattazione, отступ"),
        (6, "missing semicolon, flake8, prettier-style, pylint, rubocop, =black ~complain, blank lines, lint"),
        (
            4,
            "=format, formatting, formatier, formate, formater, formatea, formata, отформатир, whitespace, line endings",
        ),
        (2, "=tabs, =spaces, prettier, ruff, eslint, quotes consisten, gofmt, clippy"),
    ),
    "commit-message": (
        (8, "commit message, commit msg, pr description, pull request description, pr text, pr body, pr title"),
        (
            8,
            "conventional commit, commit-nachricht, commit nachricht, commitnachricht, message de commit, mensaje de commit",
        ),
        (8, "mensagem de commit, messaggio di commit, сообщение коммит, commit text, merge request description"),
        (6, "branch ~into ~pull request, describe ~pr, mr description, squash message, commit subject, commit-message"),
        (8, "pull-request-beschreibung, pr-beschreibung, description de la pr, descripcion del pr, описание pr"),
    ),
    "docstring": (
        (6, "docstring, jsdoc, javadoc, doc comment, inline comment, code comment, tsdoc, rustdoc, godoc, doxygen"),
        (
            6,
            "kommentare im code, kommentar, commentaires, comentarios, comentarios, commenti, комментари, type hint comment",
        ),
        (6, "comment above, comment ~code, add comment, add ~comments, explain ~comment, phpdoc"),
    ),
    "naming": (
        (6, "suggest ~name, better name, good name, branch name, variable name ~for, what should i call, =names for"),
        (6, "need name, name for, come up ~name, naming, guten namen, namen fur, besser ~name, propose ~nom"),
        (6, "trouve ~nom, un nom pour, nombre para, sugiere ~nombre, nome para, nome per, назван, имя для, pick ~name"),
        (6, "call this, better variable names, how should i name, namensvorschlag, propon ~nombre, sugira ~nome"),
    ),
    "classification": (
        (6, "classif, klassifiz, triage ~issue, triage ~ticket, triage ~into, categori, kategori, clasific, классифиц"),
        (6, "label ~issue, bug report or feature request, is this bug or, ordne ~zu, severity label, bug or feature"),
        (5, "tag ~issue, tag them, label these, assign ~label, sort ~into, flaky vs, group ~by, bucket, triagiere"),
        (4, "triage, labels for, priority label, sentiment, spam or, deduplicate issues, duplicate ~issue, распредел"),
    ),
    "search": (
        (
            6,
            "where is, where are, where do, where does, which file, find all usage, find usage, find all reference, locate",
        ),
        (
            6,
            "wo wird, wo ist, wo werden, wo steht, ou est, ou se trouve, ou sont, donde esta, donde se, onde esta, onde fica",
        ),
        (
            6,
            "dov e, dove si trova, где находит, где определ, где использ, где лежит, grep, find place, find where, look up",
        ),
        (
            5,
            "list all, list ~endpoints, list ~files, show me ~where, which module, which function, who calls, what calls",
        ),
        (
            5,
            "how does ~work, how is ~implemented, how are ~handled, walk me through, look through, which test framework",
        ),
        (
            5,
            "what does ~do, what ~framework, where exactly, find function, find definition, find every, find ~that use",
        ),
        (
            5,
            "explain how, read and tell, tell me which files, wie funktioniert, comment fonctionne, como funciona, como fun",
        ),
        (
            5,
            "come funziona, как работает, welche datei, quel fichier, que archivo, qual arquivo, quale file, какой файл",
        ),
        (4, "search codebase, search code, search repo, explore code, explore repo, explore codebase, scan ~for usage"),
        (
            3,
            "find file, find all, explore, search ~for, such ~nach, cherche, busca donde, procura, cerca, найди, найти",
        ),
        (3, "finde ~stelle, encuentra, encontre, trova, trouve, what is used"),
    ),
    "summary": (
        (6, "summari, tl dr, tldr, sum up, short overview, zusammenfass, fasse ~zusammen, resume, resumen, resumir"),
        (6, "riassum, riassunt, кратко, обобщ, резюмир, condense, recap, synopsis, key points, gist, digest, краткое"),
        (5, "bullet points, overview of what changed, in three sentences, in one paragraph, resuma, resumo, resumez"),
    ),
    "handoff": (
        (
            8,
            "handoff, hand-off, hand off, handover, hand over note, ubergabe, fresh context, next session, new session",
        ),
        (8, "nachste sitzung, nachsten sitzung, proxima sesion, prochaine session, proxima sessao, prossima sessione"),
        (
            8,
            "следующей сесси, fresh session, context is ~full, context is running out, state of work, pick it up, estado del trabajo",
        ),
        (
            8,
            "where we are so, where we left off, progress notes, continue tomorrow, передач, passation, traspaso, passagem de",
        ),
        (8, "passaggio di consegne, stand der arbeit, etat du travail, estado do trabalho, next agent can"),
    ),
    "tests": (
        (
            6,
            "unit test, write tests, write test, add tests, add test, test coverage, increase ~coverage, integration test",
        ),
        (
            6,
            "pytest, jest, vitest, junit, rspec, mocha, unittest, test cases, snapshot test, parametri ~test, mock ~test",
        ),
        (
            6,
            "tests fur, tests schreib, schreib ~tests, unittests, tests unitaires, pruebas unitarias, testes unitarios",
        ),
        (
            6,
            "test unitari, юнит-тест, модульные тест, тесты для, напис ~тест, ecris ~tests, ajoute ~tests, escribe ~pruebas",
        ),
        (6, "cover ~with tests, tests for, regression test, property test, test suite for, =go test, schreibe ~test"),
        (
            4,
            "coverage, fixture, test file, test case, =tests, testing for, abdeckung, couverture, cobertura, copertura",
        ),
        (3, "=test, pruebas, testes, тест, mock, stub out, edge cases"),
    ),
    "e2e-tests": (
        (
            8,
            "e2e, end-to-end, end to end test, playwright, cypress, selenium, puppeteer, de bout en bout, ende-zu-ende",
        ),
        (8, "browser test, extremo a extremo, ponta a ponta, сквозн, webdriver, detox, acceptance test suite, ui test"),
    ),
    "feature": (
        (
            4,
            "implement, feature, umsetz, implementier, реализ, реализуй, funktionalitat, fonctionnalite, funcionalidad",
        ),
        (4, "users should be able, user should be able, user can, funcionalidade, funzionalita, users can, as a user"),
        (
            3,
            "add ~flag, add ~option, add ~button, add ~support, add ~filter, add ~toggle, export as, csv export, =export ~to",
        ),
        (
            3,
            "build, create ~function, write ~function, write a function, write ~class, new function, helper function, desarroll",
        ),
        (
            3,
            "fuge ~hinzu, ajoute ~filtre, ajoute ~bouton, anade, agrega, adicion, aggiungi, добав, erweiter, introduce",
        ),
        (
            3,
            "entwickle, crie, crea, cree, создай, сделай, baue, programmier, write script, write ~script, write ~component",
        ),
        (
            2,
            "=add, =create, make it possible, allow, let users, support for, show ~when, new ~command, ajoute, hinzufug",
        ),
        (1, "=write, =new, extend, want, need, ticket, want ~that"),
    ),
    "bug-fix": (
        (
            5,
            "bug, off-by-one, typeerror, keyerror, valueerror, nullpointer, indexerror, attributeerror, referenceerror",
        ),
        (
            4,
            "fix crash, fix ~when, =fix, fixes, behebe, beheb, reparier, korrigier, corrig, arregl, conserta, correggi, исправ",
        ),
        (
            4,
            "should be rejected, should default, doesn't work, does not work, not working, is broken, broken, wrong, steps to reproduce",
        ),
        (
            3,
            "error, fehler, erreur, erro, errore, ошибк, fault, =crash, crashes, exception, defect, regression, incorrect",
        ),
        (
            3,
            "repro, =500, funktioniert nicht, ne marche pas, ne fonctionne pas, no funciona, nao funciona, non funziona, не работает",
        ),
        (
            2,
            "fails, failing, prints ~instead, shows ~instead, instead of, twice, nil pointer, undefined, =null, repair, resolve, patch",
        ),
        (2, "no guarda, missing, stays, still shows, overflow, panic, misaligned, typo in code, faulty"),
    ),
    "refactor": (
        (5, "refactor, refactor, restructur, simplif, vereinfach, refaktor, рефактор, simplifi, semplific, упрост"),
        (
            5,
            "extract ~into, extract ~method, extract ~function, split it up, split ~into smaller, dedup, duplicated code",
        ),
        (
            5,
            "tidy up, clean up, cleanup, aufraum, too long, nested, same behaviour, same behavior, readab, lesbar, legib",
        ),
        (
            4,
            "inline ~function, replace ~with async, async await, decouple, untangle, dead code, break up ~function, auslager",
        ),
        (
            4,
            "remove duplication, rewrite ~function, modulari, umstrukturier, ristruttur, reestructur, reorgani, выдел, modernis",
        ),
    ),
    "review": (
        (6, "code review, review pr, review pull, review diff, review my, review changes, review ~commit, look over"),
        (
            6,
            "lgtm, review this, quick review, relis, revue de code, durchsehen, code-review, revisa ~codigo, revise ~codigo",
        ),
        (
            6,
            "revisa el, revisar, rivedi, ревью, review of ~diff, obvious mistakes, second pair of eyes, peer review, прогляд",
        ),
        (6, "check my changes, feedback on ~code, feedback on ~pr, critique, look at ~pr, проверь код, посмотри код"),
        (4, "review, begutacht, uberprufe ~anderungen, revision de codigo, revisao de codigo, nitpick"),
    ),
    "api-endpoint": (
        (
            6,
            "endpoint, endpunkt, =rest api ~add, rest route, new route, add ~route, http handler, resolver, graphql query field",
        ),
        (
            6,
            "ajoute une route, point de terminaison, punto final, ruta, эндпоинт, ручк, graphql mutation, rest resource",
        ),
        (
            5,
            "=get ~like, =patch, expose ~over rest, expose ~rest, over http, api route, pagination params, query param",
        ),
        (
            4,
            "=post, =put, =delete, controller action, status code, openapi spec, swagger, =route, route handler, grpc method",
        ),
    ),
    "database-query": (
        (
            6,
            "sql query, write query, rewrite query, sql-abfrage, abfrage, requete sql, consulta sql, query sql, sql-запрос",
        ),
        (
            6,
            "aggregation, where clause, left join, inner join, orm call, =cte, group by, mongo query, запрос к баз, sql запрос",
        ),
        (
            5,
            "=sql, select ~from, =query ~table, query that, subquery, window function, orm query, view that returns, queryset",
        ),
        (3, "=query, =join, filter ~rows, requete, consulta, =orm, rows, soft-deleted"),
    ),
    "build-plan": (
        (
            7,
            "break ~plan, plan ~into tasks, plan ~into ~tasks, spec ~step by step, task list, tasks from plan, work packages",
        ),
        (
            7,
            "split ~plan, turn ~plan, turn ~spec into, zerlege ~plan, decompos ~plan, checklist from, implementation checklist",
        ),
        (
            7,
            "decoupe ~plan, desglosa ~plan, dividi ~piano, decompose ~plan, разбей план, раздели план, todo list out, build order",
        ),
        (
            7,
            "plan is final, plan is approved, approved plan, validated plan, accepted design, divide ~plan, build plan ~from",
        ),
        (7, "validated spec, plan we agreed, create tickets, small tickets, into tickets, into tasks, aufgaben ~plan"),
        (4, "build plan, break down, break it down, tasks, user stories"),
    ),
    "remediation": (
        (7, "fix ~finding, address ~comment, review comment, review feedback, address ~feedback, address ~findings"),
        (
            7,
            "reviewer's remarks, remarks, fix ~issues listed, issues listed, befund, findings, resolve ~comments, corrige ~revue",
        ),
        (
            7,
            "fixes named, points releves, hallazgos, apontamentos, audit found, reviewer found, замечан, remediat, comments left",
        ),
        (
            7,
            "fix ~audit, commentaires de revue, comentarios de la revision, comentarios da revisao, commenti della revisione",
        ),
        (
            7,
            "review-kommentar, review kommentar, anmerkungen, requested changes, apply ~review, mend ~listed, known issues",
        ),
    ),
    "dependency-update": (
        (6, "=bump, update ~=v0, upgrade ~=v0, =v0 ~update"),
        (
            7,
            "dependabot, bump ~=v0, upgrade ~version, update ~dependenc, upgrade ~dependenc, abhangigkeit, dependances, dependencia",
        ),
        (
            7,
            "dipendenze, зависимост, to latest, latest version, minimum version, =pin, patch version, dependency update, raise ~version",
        ),
        (
            6,
            "upgrade ~to, update ~to latest, newest minor, npm update, lockfile, outdated packages, renovate pr, dependenc",
        ),
        (4, "upgrade, aktualisiere ~auf, actualiza ~version, update ~version, newer version, обнови ~верси"),
    ),
    "ui": (
        (
            5,
            "css, padding, margin, responsive, styling, =style, tailwind, hover, rounded, sidebar, colour, layout, centre",
        ),
        (
            5,
            "abstand, coins arrondis, diseno ~tabla, mobile view, mobile layout, font size, primary color, spacing, align",
        ),
        (
            5,
            "вёрстк, верстк, стил, кнопк ~цвет, icon, animation, overlap, flexbox, =grid, z-index, dark theme, scss, breakpoint",
        ),
        (
            4,
            "=color, font, farbe, couleur, =cor, colore, цвет, on mobile, para moviles, modal, =ui, look and feel, center",
        ),
        (
            3,
            "button, bouton, boton, botao, header, footer, navbar, menu, tooltip, darstellung, mise en page, anzeige, =card",
        ),
        (3, "toolbar, dropdown, viewport, columns on desktop, =px"),
    ),
    "planning": (
        (
            6,
            "plan how, make plan, draft plan, give me plan, come up with plan, erstell ~plan, fais un plan, elabora ~plan",
        ),
        (
            6,
            "how should we approach, best approach, think through, work out strategy, strategy for, what would it take",
        ),
        (
            6,
            "plan for, plan to, plan out, =plan ~feature, crea un piano, faca um plano, haz un plan, составь план, продумай",
        ),
        (
            6,
            "approach ~before, roadmap, plan ~migration of, no code yet, don't code yet, wie sollten wir, comment aborder",
        ),
        (
            6,
            "como deberiamos, como devemos, spec out, write ~spec for, scope out, propose ~approach, break ~down ~epic",
        ),
        (
            4,
            "=plan, planen, plane, planifi, planej, pianific, план, strategy, strategie, estrategia, approach, vorgehen, options and",
        ),
    ),
    "research": (
        (
            6,
            "research, recherch, investigate whether, compare ~librar, compare ~option, pros and cons, feasib, evaluate ~options",
        ),
        (
            6,
            "what are our options, explore unknown, spike, investiga, pesquis, ricerca, исследу, сравни, state of the art, survey of",
        ),
        (
            6,
            "etudie, machbarkeit, faisabilit, vergleich, compare ~and recommend, which library, which ~fits, what's out there",
        ),
        (
            5,
            "find out what changed, look into whether, could we use, recommend, evaluat, assess, compar ~solutions, prior art",
        ),
        (
            4,
            "compare, =options for, investigate, изуч, examine ~alternatives, alternatives, benchmark ~against, is it possible to",
        ),
    ),
    "architecture": (
        (
            7,
            "architect, system design, design system for, design the system, module boundar, service boundar, public interface",
        ),
        (
            7,
            "split monolith, monolith, decision record, =adr, design api for, design an api, architectur, architektur, arquitect",
        ),
        (
            7,
            "arquitet, architett, архитектур, design ~api, design ~service, concois, conceive, entwirf ~system, disena ~sistema",
        ),
        (
            7,
            "спроектир, into services, microservice, event-driven, domain model, bounded context, =cqrs, high-level design, topology",
        ),
        (
            5,
            "design ~system, design ~pipeline, design ~protocol, design ~module, =rfc, responsibilities, entwirf, should live in",
        ),
        (
            5,
            "plugin system, gateway or, decide and justify, design how, design ~service, projet ~sistema, abstraction layer",
        ),
        (2, "=design, conception, entwurf, diseno, progetta"),
    ),
    "validation": (
        (
            7,
            "validate ~requirement, validate ~spec, validate ~plan, fresh eyes, validate ~design, anforderungen ~widerspr",
        ),
        (
            7,
            "check ~plan, double-check ~plan, double check ~plan, verify ~plan, review ~plan, review ~spec, review ~requirement",
        ),
        (
            7,
            "does ~plan hold, prufe ~anforderung, prufe ~plan, valide ~exigence, verifi ~exigence, verifica ~requisit, valida ~requisit",
        ),
        (
            7,
            "проверь требован, проверь план, gaps in requirement, gaps in ~spec, contradict, acceptance criteri, prd, sanity check ~plan",
        ),
        (
            7,
            "design doc complete, spec complete, covers every requirement, missing requirement, verify ~contracts, check ~requirement",
        ),
        (
            7,
            "valida ~plan, valide ~plan, verifique ~plano, verifica ~piano, check ~spec, check ~design, poke holes, challenge ~plan",
        ),
        (4, "validat, requirements, anforderung, exigences, requisitos, requisiti, требован"),
    ),
    "audit": (
        (
            7,
            "=audit, deep audit, full audit, auditier, audite, auditor, auditar, auditoria, verifica approfondita, аудит",
        ),
        (
            7,
            "system-level correctness, integration contract, prove that, correctness of, every caller, cross-file correctness",
        ),
        (
            6,
            "grundlich ~pruf, thorough ~check across, invariant, whole system ~correct, exhaustive check, verify ~correctness",
        ),
    ),
    "debugging": (
        (
            7,
            "root cause, no idea why, nobody knows why, don't know why, not sure why, can't reproduce, cannot reproduce, find out why",
        ),
        (
            7,
            "intermittent, randomly, figure out why, figure out what, why does, why is, why are, why do, why did, why would, debug",
        ),
        (
            7,
            "ursache, warum, pourquoi, por que, perche, почему, причин, no sabemos por, trouve la cause, encuentra la causa",
        ),
        (
            7,
            "what's causing, what is causing, something is off, dig into, hangs, track down, heisenbug, sporadic, sporadisch",
        ),
        (
            7,
            "passes locally, only on ci, works on my machine, only sometimes, every now and then, out of nowhere, segfault",
        ),
        (
            7,
            "segmentation fault, core dump, leaks, memory leak, unexplained, mysterious, flaky ~why, goes wrong somewhere",
        ),
        (
            7,
            "encontre a causa, trova la causa, aleatoriamente, по непонятн, se cuelga a veces, bisect, diagnos, troubleshoot",
        ),
        (
            5,
            "=why, weird, strange, sometimes, unclear, a veces, parfois, manchmal, as vezes, a volte, иногда, hang, freezes, stuck",
        ),
        (
            5,
            "dies, crash ~random, memory keeps growing, investigate ~fail, investigate ~crash, unerwartet, disappear, vanish",
        ),
        (3, "investigate, leak, happens, unexpected, stack trace, traceback"),
    ),
    "migration": (
        (
            7,
            "migrat, migrier, migrer, migrar, migra, мигр, =port ~to, port ~from, convert ~to typescript, convert whole, convert ~codebase",
        ),
        (
            7,
            "major version, get us off, switch from, move from, move ~from, switch ~over to, портир, portar, перейти с, перейди с",
        ),
        (
            7,
            "von ~auf umstell, umstell, passer de, pasar de, passare da, replatform, rewrite ~in rust, rewrite in, rewrite ~in go",
        ),
        (
            5,
            "convert ~from, move ~data, without downtime, moderni, legacy ~to, replace ~framework, sunset, cut over, cutover",
        ),
    ),
    "schema": (
        (
            7,
            "database schema, db schema, add ~column, drop ~column, rename column, rename table, new table, foreign key, fremdschlussel",
        ),
        (
            7,
            "cle etrangere, clave foranea, chave estrangeira, chiave esterna, внешний ключ, add ~table, drop table, drops ~table",
        ),
        (
            7,
            "alter table, unique constraint, data model, alembic, add index, db migration, schema migration, database migration",
        ),
        (
            7,
            "datenmodell, modele de donnees, modelo de datos, modelo de dados, modello dati, модель данн, neue tabelle, nueva tabla",
        ),
        (
            7,
            "nova tabela, nuova tabella, новая таблиц, таблиц ~столбец, столбец, primary key, change ~type of ~column, not null",
        ),
        (
            7,
            "nullable, =uuid in all tables, column into, split ~column, =spalte, colonne, columna, coluna, колонк, entity relationship",
        ),
        (
            7,
            "datenbankschema, schema de base, esquema de base, schema del database, схем базы, схему базы, схема базы, schema change",
        ),
        (
            6,
            "prisma, new model ~related, normali ~table, partition ~table, =ddl, flyway, liquibase, ajoute une table, anade una tabla",
        ),
        (
            5,
            "schema, =index on, tabelle anlegen, =table ~with, change ~type ~tables, many-to-many, one-to-many, =esquema",
        ),
        (3, "=migrations, backfill, constraint, column"),
    ),
    "security": (
        (
            9,
            "vulnerab, vulnera, schwachstelle, уязвим, security review, security audit, secure, harden, sql injection, exploit",
        ),
        (7, "security, sicherheit, securite, seguridad, seguranca, sicurezza, безопасн"),
        (
            7,
            "=jwt, oauth, =oidc, saml, sso, authenti, authori, authz, authn, =auth, log in with, login with, sign in with, passwor",
        ),
        (
            7,
            "mot de passe, contrasena, senha, парол, аутентиф, авториз, passwort, encrypt, decrypt, verschlussel, chiffr, cifra",
        ),
        (
            7,
            "criptogra, crittogra, crypto, шифр, sql injection, code injection, command injection, injection attack, =xss, =csrf, ssrf, =rce, =cve, exploit, penetration",
        ),
        (
            7,
            "pentest, payment, stripe, paypal, checkout payment, credit card, zahlung, paiement, pago, pagamento, оплат, платеж",
        ),
        (
            7,
            "session cookie, session token, session handling, session hijack, httponly, samesite, =cors, api key, secret, credential",
        ),
        (
            7,
            "access control, permission, berechtig, droits d acces, permisos, permissoes, permessi, прав доступ, права доступ, =rbac, =acl",
        ),
        (
            7,
            "hash ~password, two-factor, 2fa, =mfa, =totp, webauthn, passkey, signing key, private key, certificate, =tls, =ssl",
        ),
        (
            7,
            "sanitiz, sanitis, escape ~input, path traversal, privilege, threat model, malicious, untrusted, =owasp, rate limit ~login",
        ),
        (
            7,
            "billing webhook, webhook signature, signature verif, hmac, bearer, access token, refresh token, brute force",
        ),
        (
            7,
            "sign-in, signin, single sign-on, sandbox escape, deseriali, leaked, =pii, gdpr ~delet, admin access, impersonat, tenant isolation",
        ),
        (
            6,
            "login, logout, sign up, signup, anmeldung, connexion utilisateur, inicio de sesion, iniciar sesion, вход, логин",
        ),
        (4, "token, refund, user roles, sensitive, audit log ~access, charge ~card, invoice payment"),
    ),
    "performance": (
        (
            7,
            "performance, faster, slow, speed up, speed ~up, optimi, latency, memory usage, laufzeit, beschleunig, schneller, langsam",
        ),
        (
            7,
            "bundle size, hot spot, hotspot, =p99, =p95, profile, throughput, ameliore ~performance, rendimiento, desempenho, prestazioni",
        ),
        (
            7,
            "производительн, ускор, медленн, оптимиз, acelera, accelera, accelere, plus rapide, mas rapido, mais rapido, piu veloce",
        ),
        (
            7,
            "=n+1, bottleneck, engpass, cpu usage, reduce ~memory, allocations, cold start, load time, takes ~seconds, lente, lento",
        ),
        (
            7,
            "ram usage, too long to load, cache hit, performan, slug, reduce ~time, takes ~minutes, cut ~time, =lcp, page load",
        ),
        (4, "memory, shrink, profiling, benchmark, seconds to, startup time"),
    ),
    "concurrency": (
        (
            8,
            "race condition, race-condition, =race, data race, deadlock, dead-lock, thread-safe, thread safe, threadsafe, concurren",
        ),
        (
            8,
            "mutex, semaphor, nebenlaufig, gleichzeitig, interblocage, simultane, interbloqueo, concurrenc, concorren, гонк, взаимоблок",
        ),
        (
            8,
            "at the same time, in parallel ~order, requests ~in parallel, locking, same job, livelock, goroutine, atomic, distributed",
        ),
        (
            8,
            "double submit, idempoten, lost update, consensus, two workers, several workers, multiple workers, multiple instances",
        ),
        (
            8,
            "одновременн, потокобезопас, параллельн ~запрос, optimistic lock, pessimistic lock, eventual consistency, node drops",
        ),
        (4, "thread, =lock, parallel, workers, asyncio, interleav, nebenlauf, поток"),
    ),
    "multi-file-refactor": (
        (
            9,
            "refactor ~across, refactor ~all services, refactor ~all modules, restructur ~project, reorgani ~repo, break ~circular",
        ),
        (
            9,
            "circular dependenc, throughout codebase, across services, across modules, across packages, whole codebase ~refactor",
        ),
        (
            9,
            "refactor ~tous les modules, mehrere module, dans tous les modules, en todos los modulos, em todos os modulos, in tutti i moduli",
        ),
        (
            9,
            "во всех модул, five modules, into one package, split core, refactor ~entire, refactor ~codebase, refactor ~every",
        ),
        (
            9,
            "unify how, consolidate ~across, shared ~out of, adapt all callers, restructur ~codebase, restructur ~repo, all callers",
        ),
        (
            9,
            "replace ~throughout, replace ~everywhere with, dependency injection, each domain, zyklisch, uber alle module, reorgani ~project",
        ),
    ),
    "orchestration": (
        (
            9,
            "agents, subagent, sub-agent, several agents, orchestrat, orquest, delegate ~to, fan out, fan-out, agenten, mehrere agent",
        ),
        (
            9,
            "plusieurs agents, varios agentes, varios agents, piu agenti, агент, drive whole plan, dispatch ~to, coordinat ~and",
        ),
        (
            9,
            "swarm, split ~work among, distribute ~work, verteile ~aufgaben, agents in parallel, koordinier, coordonne, coordina",
        ),
        (4, "in parallel ~combine, merge results, join ~reports, coordinate"),
    ),
}

# Chinese and Japanese write no blanks: these are looked for as they stand.
IDEOGRAPHS: dict[str, Lines] = {
    "docs": (
        (6, "文档 文檔 ドキュメント 说明书 使用指南 手順書 自述文件 マニュアル 使用说明 説明書"),
        (3, "翻訳 翻译 错别字 誤字"),
    ),
    "changelog": ((7, "更新日志 变更日志 リリースノート 変更履歴 发布说明 版本说明"),),
    "config": ((5, "配置文件 設定ファイル"), (3, "配置 設定 环境变量 環境変数")),
    "boilerplate": ((6, "脚手架 样板 雛形 ひな形 骨架 テンプレート 模板 ボイラープレート スケルトン"),),
    "rename": ((7, "重命名 改名 リネーム 名前を変更 移动文件"),),
    "imports": ((7, "导入 インポート 引入语句"),),
    "formatting": ((6, "格式化 フォーマット 整形 缩进 インデント リント lint"),),
    "commit-message": ((8, "提交信息 提交消息 コミットメッセージ PR描述 PRの説明 プルリクの説明 提交说明"),),
    "docstring": ((7, "注释 コメントを追加 文档字符串 ドックストリング コメントを書 docstring"),),
    "naming": ((7, "起个名字 取名 命名 名前を考え 変数名 函数名"),),
    "classification": ((7, "分类 分類 打标签 ラベル付け トリアージ"),),
    "search": ((6, "在哪里 在哪 どこ 查找 哪个文件 どのファイル 探して 定位 哪里定义 搜索代码"),),
    "summary": ((7, "总结 要約 概括 まとめ 摘要 概述"),),
    "handoff": ((9, "交接 引き継ぎ 引継ぎ 下一次会话 次のセッション"),),
    "tests": (
        (7, "单元测试 ユニットテスト 单测 単体テスト 测试用例 テストを書 テストを追加 写测试"),
        (3, "测试 テスト"),
    ),
    "e2e-tests": ((9, "端到端 E2E e2e エンドツーエンド"),),
    "feature": ((4, "实现 実装 功能 機能"), (3, "增加 添加 追加 作成 新增 加一个")),
    "bug-fix": ((5, "修复 修正 直して バグ 错误 不具合 bug 报错 エラー 崩溃 修一下 改正"),),
    "refactor": ((6, "重构 リファクタ 整理代码 简化 簡素化"),),
    "review": ((7, "代码审查 レビュー 审查代码 评审 code review 审查 コードレビュー"),),
    "api-endpoint": ((7, "接口 エンドポイント 端点"),),
    "database-query": ((7, "查询语句 SQL クエリ 查询 sql"),),
    "build-plan": ((8, "拆分计划 计划拆 分解计划 タスクに分解 任务清单 计划分解 タスクに分け 拆成任务"),),
    "remediation": ((8, "审查意见 レビュー指摘 指摘 评审意见 审计发现"),),
    "dependency-update": ((8, "依赖 依存 升级到最新 バージョンアップ"),),
    "ui": ((6, "样式 スタイル 布局 レイアウト 居中 颜色 ボタンの色 间距 界面 デザイン 对齐"),),
    "planning": ((7, "计划 計画 方案 规划 方針"),),
    "research": ((7, "调研 調査 研究 比较 比較 可行性 选型"),),
    "architecture": ((9, "架构 アーキテクチャ 系统设计 システム設計 アーキ 架構"),),
    "validation": ((9, "验证需求 要件を検証 检查需求 检查计划 要件 需求文档 矛盾 验证计划 計画を検証"),),
    "audit": ((9, "审计 監査 审核全部 全面审查 徹底的に確認"),),
    "debugging": ((8, "原因 为什么 なぜ 調べて 偶尔 时不时 デバッグ 调试 排查 たまに 定位问题 時々 随机"),),
    "migration": ((9, "迁移 移行 マイグレーション 移植 遷移"),),
    "schema": (
        (9, "表结构 外键 外部キー スキーマ 数据模型 データモデル 索引 字段 加列 カラム 数据表 データベース設計 新建表"),
    ),
    "security": (
        (
            9,
            "安全 セキュリティ 漏洞 脆弱性 认证 認証 授权 認可 密码 パスワード 加密 暗号 支付 決済 权限 権限 令牌 トークン",
        ),
        (4, "登录 ログイン 登錄"),
    ),
    "performance": ((8, "性能 パフォーマンス 太慢 遅い 优化 高速化 最適化 变慢 内存占用 卡顿"),),
    "concurrency": ((9, "并发 並行 死锁 デッドロック 竞态 競合 线程 スレッド 排他 同时写"),),
    "multi-file-refactor": ((9, "所有模块 全モジュール 跨模块 整个代码库 复数模块 全体をリファクタ 全局重构"),),
    "orchestration": ((9, "代理 エージェント 子任务分配 多个agent 智能体"),),
}

# The agents that Claude Code and this project ship, by what they are for.
ROLES: dict[str, str] = {
    "Explore": "search",
    "explorer": "search",
    "Plan": "planning",
    "planner": "planning",
    "researcher": "research",
    "requirements-validator": "validation",
    "integration-validator": "validation",
    "build-planner": "build-plan",
    "build-checker": "validation",
    "implementer": "feature",
    "code-reviewer": "review",
    "deep-auditor": "audit",
    "remediator": "remediation",
    "test-writer": "tests",
    "e2e-tester": "e2e-tests",
    "debugger": "debugging",
    "refactorer": "refactor",
    "security-reviewer": "security",
    "doc-writer": "docs",
    "formatter": "formatting",
    "commit-writer": "commit-message",
    "orchestrator": "orchestration",
}

# What an annotation's `domain:` may be called beside the kinds' own names.
DOMAINS: dict[str, str] = {
    "doc": "docs",
    "documentation": "docs",
    "readme": "docs",
    "test": "tests",
    "testing": "tests",
    "unit-tests": "tests",
    "e2e": "e2e-tests",
    "configuration": "config",
    "bug": "bug-fix",
    "bugfix": "bug-fix",
    "fix": "bug-fix",
    "features": "feature",
    "auth": "security",
    "authentication": "security",
    "payment": "security",
    "payments": "security",
    "crypto": "security",
    "database": "schema",
    "db": "schema",
    "plan": "planning",
    "design": "architecture",
    "debug": "debugging",
    "perf": "performance",
    "dependencies": "dependency-update",
    "deps": "dependency-update",
    "refactoring": "refactor",
    "format": "formatting",
    "lint": "formatting",
    "api": "api-endpoint",
    "query": "database-query",
}
