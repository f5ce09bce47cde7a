"""Reports of what goes wrong, told by how they are built and not by what breaks.  Standard library only.

Who writes "the board resets itself every couple of hours" asks for nothing and names no cause: that it happens only
sometimes, only somewhere or by itself is what makes it a search for the cause.  Who writes "show the banner only on
phones" asks for a feature.
"""

from __future__ import annotations

from tierwise.classify.words import word_set

_FIRST = 400  # letters: a report begins with what is seen
# How a sentence begins that states something: an article, a pronoun, a time, a place, a number of people.
_OPENERS = word_set(
    "the a an our my their its his her some every all this these those it there they we i after when whenever since on "
    "in at only sometimes once while if under most many several few both half one two with people users customers "
    "der die das ein eine unser unsere unserer mein meine manche einige bei nach seit wenn sobald im am auf es kunden "
    "nutzer benutzer le la les un une notre nos mon ma mes certains certaines quelques depuis quand il chez "
    "el los las una nuestro nuestra algunos algunas desde cuando al o os as um uma nosso nossa alguns algumas quando "
    "lo gli i alcuni alcune da de het een onze sommige sinds als bij"
)
# A verb of being or having near the beginning states something too.
_STATES = word_set("is are was were has have had does doesn't do don't gets get keeps keep goes")
# What says that somebody wishes for something.
_WISHES = word_set(
    "should must want wants need needs would please let lets make add show allow can could may shall wish wanted "
    "support soll sollen sollte muss mussen bitte möchte möchten mochte wollen doit doivent devrait veux voudrais "
    "deben debe debería quiero quiere deve devem deveria quero devono dovrebbe vorrei vogliamo moet moeten graag"
)
# That it happens only at times, only to some, only somewhere, by itself, or against all that is known.
_MARKS = (
    "every couple of|every few|every other|every so often|every now and|now and then|once in a while|"
    "from time to time|at times|after a while|after some time|after a few|after about|overnight|over time|"
    "all the time|half the time|half of the time|out of nowhere|for no reason|lately|by itself|by themselves|"
    "on its own|only on |only with |only in |only under |only for |only when |only if |only at |only after |"
    "but not on |but not in |some users|some customers|some people|some devices|some machines|some clients|"
    "some players|of some |on some |in some |for some |certain users|certain customers|a few users|a few customers|"
    "many users|several users|though nothing|although nothing|even though|nothing changed|nothing has changed|"
    "nothing in the log|logs are empty|no error|without any error|cause unknown|unknown cause|different every|"
    "differ from|nobody understands|nobody knows|nobody can explain|no one knows|can't explain|cannot explain|"
    "by hand it|works by hand|"
    "can't reproduce|cannot reproduce|hard to reproduce|not reproducible|works on my|works locally|under load|"
    "in production but|ever since|suddenly|seemingly|apparently|mysterious|weird|bei manchen|bei einigen|ab und zu|"
    "hin und wieder|immer wieder|nach einer weile|nur auf |nur bei|nur unter|obwohl|von selbst|von allein|ohne grund|"
    "plötzlich|keiner weiß|niemand weiß|chez certains|certains utilisateurs|certains clients|quelques utilisateurs|"
    "de temps en temps|au bout d|sans raison|tout seul|uniquement sur|seulement sur|alors que|personne ne comprend|"
    "algunos usuarios|algunos clientes|algunas veces|de vez en cuando|sin motivo|solo en |sólo en |alguns usuários|"
    "alguns clientes|de vez em quando|sem motivo|só no |só em |ninguém sabe|alcuni utenti|alcuni clienti|"
    "di tanto in tanto|ogni tanto|senza motivo|solo su |da solo|sommige gebruikers|sommige klanten|af en toe|"
    "zonder reden|alleen op |vanzelf"
)
_AT_TIMES = tuple(_MARKS.split("|"))


def reports_a_symptom(text: str) -> bool:
    """Whether a text states, without asking for anything new, what happens at times or against all that is known."""
    lowered = text[:_FIRST].lower().replace("’", "'")
    if not any(mark in lowered for mark in _AT_TIMES):
        return False
    words = [word.strip(".,:;!?'\"()") for word in lowered.split()]
    states = bool(words) and (words[0] in _OPENERS or not _STATES.isdisjoint(words[1:4]))
    return states and _WISHES.isdisjoint(words)
