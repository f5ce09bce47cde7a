"""Dutch words for every kind of work.  Data only; how to read it stands in the package."""

from __future__ import annotations

Lines = tuple[tuple[int, str], ...]

WORDS: dict[str, Lines] = {
    "docs": (
        (7, "handleiding, documentatie, gebruikershandleiding, werk ~readme bij, typefout, tikfout, uitleg in readme"),
    ),
    "changelog": ((8, "wijzigingslog, wijzigingen voor release, versienotities, changelog item"),),
    "config": ((6, "configuratie, instelling, omgevingsvariabele, configuratiebestand, stel ~in op"),),
    "boilerplate": ((6, "geraamte, sjabloon, lege klasse, lege module, zelfde opzet"),),
    "rename": ((7, "hernoem, wijzig ~naam, verplaats ~naar, geef ~andere naam"),),
    "imports": ((7, "ongebruikte imports, ongebruikte import, sorteer ~imports"),),
    "formatting": ((6, "formatteer, opmaak, inspring, lintfout, lint fout"),),
    "commit-message": ((9, "commitbericht, commit bericht, pr beschrijving, beschrijving voor pr"),),
    "docstring": ((6, "commentaar, opmerkingen in code, becommentarieer, docstring"),),
    "naming": ((7, "betere naam, naam voor, hoe noem, hoe moet ~heten, bedenk ~naam"),),
    "classification": ((7, "classificeer, categoriseer, label ~ticket, sorteer ~op prioriteit, deel ~in categorie"),),
    "search": (
        (8, "=waar, zoek ~plek, welk bestand, in welk bestand, welke bestanden, wie roept, zoek alle, toon alle"),
    ),
    "summary": ((7, "vat ~samen, samenvatting, samengevat, kort samen"),),
    "handoff": ((8, "overdracht, volgende sessie, stand van zaken"),),
    "tests": ((8, "eenheidstest, unittests, schrijf ~tests, schrijf ~test, voeg ~tests toe, testdekking, tests voor"),),
    "e2e-tests": ((10, "browsertests, e2e tests, end to end tests"),),
    "feature": (
        (5, "voeg ~toe, mogelijkheid, gebruikers ~kunnen, implementeer, functionaliteit"),
        (3, "maak ~knop, bouw"),
    ),
    "bug-fix": ((6, "werkt niet, doet niets, foutmelding, verkeerd, repareer, fout bij, klopt niet, herstel"),),
    "refactor": ((6, "herstructureer, vereenvoudig, splits ~functie, opruimen, ruim ~op"),),
    "review": ((7, "bekijk ~pr, kijk ~naar code, review ~code, beoordeel ~code, nakijken"),),
    "api-endpoint": ((7, "eindpunt, nieuw endpoint"),),
    "database-query": ((7, "zoekopdracht sql, sql query, schrijf ~query"),),
    "build-plan": ((9, "splits ~plan, deel ~plan op, plan in taken, takenlijst"),),
    "remediation": ((8, "reviewopmerkingen, verwerk ~opmerkingen, verwerk ~feedback, bevindingen"),),
    "dependency-update": ((7, "afhankelijkheden, afhankelijkheid, nieuwste versie, werk ~bij naar, upgrade naar"),),
    "ui": ((6, "opmaak van pagina, kleur, knop ~kleur, uitlijn, centreer, marge, lettertype, lay out"),),
    "planning": ((8, "maak ~plan, plan van aanpak, aanpak voor, hoe pakken, bedenk ~aanpak, stappenplan"),),
    "research": ((8, "onderzoek, vergelijk, welke opties, welke bibliotheek, voor en nadelen, haalbaar"),),
    "architecture": ((9, "architectuur, ontwerp ~systeem, modulegrenzen, ontwerp ~interface, ontwerp"),),
    "validation": ((9, "controleer ~plan, controleer ~vereisten, eisen, vereisten, tegenstrijdig, valideer"),),
    "audit": ((9, "grondige controle, doorlichten, grondig, volledige audit, controleer alle"),),
    "debugging": ((9, "oorzaak, waarom, af en toe, soms, zomaar, niemand weet, loopt vast, crasht, zoek ~uit"),),
    "migration": ((9, "migreer, overstap, overstappen, stap ~over, zet ~om naar, omzetten, migratie"),),
    "schema": (
        (9, "kolom, =tabel, =tabellen, databaseschema, datamodel, gegevensmodel, vreemde sleutel, primaire sleutel"),
    ),
    "security": (
        (9, "beveilig, kwetsbaar, lek, lekken, veiligheid, versleutel, iedereen ~kan, anderen ~kan, kan ~van anderen"),
        (9, "andere gebruikers, andere klanten, zonder in te loggen, zonder inloggen, toegang tot, toegangscontrole"),
        (6, "wachtwoord, inlog, inloggen, aanmelden, sessie, gebruikersrechten, toegangsrechten, machtiging"),
        (6, "betaling, betalingen, persoonsgegevens, authenticatie, autorisatie, tweestaps"),
    ),
    "performance": (
        (8, "traag, te langzaam, langzaam, sneller, versnel, prestaties, optimaliseer, geheugengebruik, duurt"),
    ),
    "concurrency": ((9, "gelijktijdig, tegelijk, tegelijkertijd, raceconditie, vergrendel"),),
    "multi-file-refactor": ((9, "in alle modules, hele codebase, in heel project, alle services"),),
    "orchestration": ((9, "subagenten, agenten, verdeel ~over, coordineer"),),
}
