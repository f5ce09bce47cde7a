"""The parts of a prompt: what it asks for, what it only tells, which files it means to change.  Standard library only.

A prompt from one agent to another, or from a workflow kit, is mostly frame: who you are, what was done before, how to
report.  Only its lead and its body say what is asked for.
"""

from __future__ import annotations

from tierwise.classify.words import word_set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# How a list begins of what is only to be read; after a sentence it stands in the middle of a line, too.
_READS = (
    "files you will need to look at", "files you may need to look at", "files to look at", "files to read",
    "files to look into", "files worth reading", "files for reference",
)  # fmt: skip
_AFTER_SENTENCE = ". files "
# How a section, or a line before its colon, begins that only tells or only frames.
_ASIDES = (
    "context", "some context", "background", "environment", "note", "constraints", "rules", "ground rules",
    "house rules", "guidelines", "conventions", "important", "remember", "reminder", "for reference", "for context",
    "related", "out of scope", "out_of_scope", "not in scope", "out of bounds", "report format", "output", "format",
    "deliverable", "before you begin", "before you start", "before starting", "when done", "when finished",
    "when you are done", "definition of done", "quality bar", "self-review", "history", "earlier", "previous",
    "what was done", "dev agent record", "dev notes", "base_sha", "head_sha", "project", "repo",
    *_READS, "workspace", "layout", "structure", "neighbours", "see also", "you have access", "you cannot",
    "others work", "others have", "the others have", "other agents", "other parts", "other tasks", "not yours", "linked",
    "done already", "already done", "done so far", "done before", "siblings", "in parallel",
    "kontext", "hintergrund", "contesto", "контекст", "背景", "배경",
)  # fmt: skip
_TASKS = word_set(
    "task goal objective mission request assignment job problem title description details ticket symptom target story "
    "aufgabe ziel auftrag tache objectif tarea objetivo tarefa compito obiettivo задача цель zadanie cel taak doel"
)
_CHANGES = word_set(
    "files modify create touch edit update dateien fichiers archivos arquivos file файлы pliki 文件 파일"
)
# How a line begins that asks, wherever it stands.
_ASKS = (
    "you are implementing", "you are executing", "you are reviewing", "you're implementing", "you're reviewing",
    "implement ", "your task", "your job", "task ", "story ", "execute ", "investigate ", "verify ", "review ", "fix ",
    "i need", "please ", "help me", "work on", "can you", "could you", "we want", "i want", "as the team",
)  # fmt: skip
# Asides of one sentence: what stands behind it on the same line asks.
_PLACES = (
    "repo:", "repository:", "project:", "workspace:", "working directory:", "working tree:", "branch:", "codebase:",
)  # fmt: skip
_ROLES = (
    "you are a ",
    "you are an ",
    "you are the ",
    "you are one ",
    "act as ",
    "your role ",
)
_BEGINNING = 2  # letters by which an aside is looked for first
_ASIDE_BEGINNINGS = frozenset(phrase[:_BEGINNING] for phrase in _ASIDES)
# How a sentence asks for more amid what only tells, and what behind "also" asks for nothing.
_MORE = ("also ", "please also ", "as part of th", "while you are there")
_TELLS = word_set("see note tell that the this it we they is are has do don't not never")
_MARKS = "#*_<>/-=[]`( "
_LONGEST_HEADING = 60  # letters
_LEAD_LETTERS = 400
_MOST_LEADS = 5  # sentences that ask, those further down among them


class Prompt:
    """lead: what is asked for first; body: the rest; aside: what only tells; targets: lines that name what to change."""

    def __init__(self) -> None:
        self.lead: list[str] = []
        self.body: list[str] = []
        self.aside: list[str] = []
        self.targets: list[str] = []


def read_prompt(text: str, first_leads: int = 2) -> Prompt:
    """Sort the lines of a prompt into its parts.  A prompt that is nothing but asides is all lead.

    ``first_leads``: sentences at the beginning that ask, the call's description among them.
    """
    found = Prompt()
    sections = _Sections()
    wanted = first_leads
    for line in split_places(text):
        bare = line.strip(_MARKS).lower()
        if not bare:
            sections.end_paragraph()
            continue
        heading = sections.enter(line, bare)
        if sections.aside:
            found.aside.append(line)
            found.body += filter(_asks_for_more, line.replace(": ", ". ").split(". "))
            continue
        if sections.hold_targets(heading):
            found.targets.append(line)
            sections.has_targets = bare != heading
        if _begins_task(heading):
            wanted = max(wanted, 1)
        may_ask = len(found.lead) < _MOST_LEADS
        if bare != heading and _is_lead(bare, wanted > 0, may_ask):
            lead, line = _first_sentence(line)
            found.lead.append(lead)
            wanted = max(0, wanted - 1)
        if line:
            found.body.append(line)
    if not found.lead:
        found.lead, found.aside = found.aside, []
    return found


def split_places(text: str) -> Iterator[str]:
    """The lines of a prompt; the sentence that only says where the work is done is a paragraph of its own."""
    for line in text.split("\n"):
        lowered = line.lower()
        if lowered.startswith(_PLACES):
            place, rest = _first_sentence(line)
            yield from (place, "", rest)
            continue
        begin = _find_reads(lowered)
        if begin and len(lowered) == len(line):
            yield from (line[:begin], "", line[begin:])
        else:
            yield line


def _asks_for_more(sentence: str) -> bool:
    """Whether a sentence asks beside what it stands in: "also drop the column"."""
    bare = sentence.strip(_MARKS).lower()
    following = bare.partition("also ")[2].split(None, 1)
    return bare.startswith(_MORE) and _TELLS.isdisjoint(following[:1])


def _find_reads(lowered: str) -> int:
    """Return where a list of what is only to be read begins behind a sentence; 0 where none does."""
    if _AFTER_SENTENCE not in lowered:
        return 0
    return max(lowered.find(f". {phrase}:") for phrase in _READS) + 1


class _Sections:
    """Where a line stands.  A heading holds until the next, what a colon opens until the paragraph ends."""

    def __init__(self) -> None:
        self.aside = False
        self.targets = False
        self.has_targets = False  # lines since the heading that announced them
        self._section_is_aside = False

    def enter(
        self,
        line: str,
        bare: str,
    ) -> str:
        """Go to a line; its heading where it has one, else nothing."""
        if line.startswith("</"):
            self._section_is_aside = self.aside = self.targets = False
            return bare
        if _is_heading(line):
            heading = bare.partition(":")[0].partition(">")[0]
            self._section_is_aside = self.aside = _is_aside(heading)
            self.targets = _names_targets(heading)
            self.has_targets = False
            return heading
        if _is_aside(bare):
            self.aside = True
            return ""
        head, colon, rest = bare.partition(":")
        if not colon or len(head) > _LONGEST_HEADING or head.count(" ") > 3:
            return ""
        self.aside = self._section_is_aside
        if not rest and _names_targets(head):
            self.targets = True
        return head

    def hold_targets(self, heading: str) -> bool:
        """Whether a line below or behind this heading names what to change."""
        return self.targets or _names_targets(heading)

    def end_paragraph(self) -> None:
        """A blank line ends what a colon opened, and a list of files."""
        self.aside = self._section_is_aside
        self.targets = self.targets and not self.has_targets


def _is_lead(
    bare: str,
    is_wanted: bool,
    may_ask: bool,
) -> bool:
    asks = is_wanted or (may_ask and bare.startswith(_ASKS))
    return asks and not bare.startswith(_ROLES)


def _is_heading(line: str) -> bool:
    return line[0] in "#<" or (line.startswith("**") and line.rstrip(":").endswith("**"))


def _is_aside(bare: str) -> bool:
    return bare[:_BEGINNING] in _ASIDE_BEGINNINGS and bare.startswith(_ASIDES)


def _begins_task(heading: str) -> bool:
    return not _TASKS.isdisjoint(heading.split())


def _names_targets(heading: str) -> bool:
    return not _CHANGES.isdisjoint(heading.split())


def _first_sentence(line: str) -> tuple[str, str]:
    """The first sentence of a line, and what follows on it."""
    end = min(_LEAD_LETTERS, len(line))
    for mark in (". ", "? ", "! ", "。"):
        place = line.find(mark, 12, end)
        if place > 0:
            end = place + 1
    return line[:end], line[end:].strip()
