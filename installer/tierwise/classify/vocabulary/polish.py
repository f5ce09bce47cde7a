"""Polish words for every kind of work.  Data only; how to read it stands in the package."""

from __future__ import annotations

Lines = tuple[tuple[int, str], ...]

WORDS: dict[str, Lines] = {
    "docs": ((6, "dokumentacj, instrukcj, podrecznik, zaktualizuj readme, literowk, przewodnik, samouczek"),),
    "changelog": ((8, "lista zmian, liste zmian, dziennik zmian, informacje wydaniu, notatki wydania"),),
    "config": ((6, "konfiguracj, plik ~konfiguracyjn, pliku ~konfiguracyjn, zmienna/zmienne/zmienna srodowiskow"),),
    "boilerplate": ((6, "szkielet, szablon, pusta klas, pusty modul"),),
    "rename": ((7, "zmien ~nazwe, przemianuj, nazwij ~inaczej, przenies plik"),),
    "imports": ((7, "nieuzywane importy, importy, posortuj importy"),),
    "formatting": ((6, "sformatuj, wciec, formatowani, bledy lintera, ostrzezenia lintera"),),
    "commit-message": ((9, "tresc commita, opis commita, wiadomosc commit, opis pr, opis pull"),),
    "docstring": ((6, "komentarz, skomentuj, docstringi"),),
    "naming": ((7, "lepsza nazwe, lepsza nazwa, jak nazwac, zaproponuj nazw, nazwe dla"),),
    "classification": ((7, "sklasyfikuj, skategoryzuj, oznacz zgloszenia, etykiet, przypisz kategori"),),
    "search": (
        (8, "gdzie, znajdz ~miejsc, ktory plik, w ktorym pliku, kto wywoluje, pokaz wszystkie, wypisz wszystkie"),
    ),
    "summary": ((7, "podsumuj, stresc, podsumowani, streszczeni, w skrocie"),),
    "handoff": ((8, "przekazani, nastepnej sesji, nastepna sesj, stan prac"),),
    "tests": ((8, "testy jednostkowe, napisz ~testy, dodaj ~testy, pokrycie testami, przypadki testowe"),),
    "e2e-tests": ((10, "testy e2e, testy przegladarkowe, testy end to end"),),
    "feature": (
        (5, "dodaj ~mozliwosc, funkcj, zaimplementuj, mozliwosc"),
        (3, "dodaj, stworz, dopisz, umozliw"),
    ),
    "bug-fix": ((6, "nie dziala, =blad, =bledy, bledn, popraw, napraw, zle wyswietl, nie zapisuje, nieprawidlow"),),
    "refactor": ((6, "zrefaktoryz, refaktor, uprosc, podziel ~funkcj, wydziel, uporzadkuj"),),
    "review": ((7, "przejrzyj ~kod, przejrzyj ~pr, recenzj kodu, sprawdz ~kod, rzuc okiem"),),
    "api-endpoint": ((7, "punkt koncowy, punktu koncowego"),),
    "database-query": ((7, "zapytanie sql, zapytanie, zapytania"),),
    "build-plan": ((9, "podziel ~plan ~zadania, rozbij ~plan, plan na zadania, lista zadan"),),
    "remediation": ((8, "uwagi z recenzji, uwagi z review, popraw uwagi, znalezione problemy"),),
    "dependency-update": ((7, "zaleznosci, zaktualizuj ~wersj, podnies wersj, do najnowszej wersji"),),
    "ui": ((6, "wyglad, =styl, =stylu, kolor, wysrodkuj, margines, uklad strony, przycisk ~kolor"),),
    "planning": ((8, "zaplanuj, plan wdrozenia, przygotuj plan, zaproponuj ~podejsc, strategi"),),
    "research": ((8, "zbadaj, porownaj, przeanalizuj opcje, jakie sa opcje, ktora biblioteka, sprawdz czy mozliwe"),),
    "architecture": ((9, "architektur, zaprojektuj, granice modul, projekt systemu"),),
    "validation": ((9, "wymagania, sprawdz ~plan, zweryfikuj ~plan, zgodny z wymagani, sprzeczn"),),
    "audit": ((9, "audyt, dokladnie sprawdz, sprawdz cal"),),
    "debugging": (
        (9, "nie wiadomo dlaczego, dlaczego, przyczyn, zawiesza sie, losowo, czasami, od czasu do czasu, zdiagnozuj"),
    ),
    "migration": ((9, "migracj, zmigruj, przenies ~do, przejscie z, przejdz z, przepisz ~na"),),
    "schema": (
        (9, "kolumn, =tabela, =tabele, =tabeli, =tabel, =tabelach, schemat bazy, model danych, klucz obcy"),
        (9, "klucz glowny, indeks na, baza danych ~pole"),
    ),
    "security": (
        (9, "bezpieczenst, podatnosc, =luka, =luki, uwierzytelni, autoryzacj, szyfrow, zaszyfruj, wstrzykni, cudze"),
        (9, "cudzych, innych uzytkownikow, bez logowania, bez uprawnien, wyciek ~danych"),
        (6, "hasl, logowani, logowania, zaloguj, sesja, sesji, sesje, uprawnien, platnosc, dane osobowe, klucz api"),
    ),
    "performance": ((8, "wydajnosc, zbyt woln, za wolno, woln, zoptymalizuj, przyspiesz, optymaliz, zuzycie pamieci"),),
    "concurrency": ((9, "wspolbiez, zakleszcz, wyscig, jednoczesnie, rownolegl, watk"),),
    "multi-file-refactor": ((9, "we wszystkich modulach, w calym projekcie, w calym kodzie, we wszystkich serwisach"),),
    "orchestration": ((9, "agentow, agentami, podagent, rozdziel ~miedzy, skoordynuj"),),
}
