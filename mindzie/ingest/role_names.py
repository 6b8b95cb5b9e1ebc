"""What columns are called in event logs, by role, in the languages analysts work in.

Names are compared after `plain`: lower case, no accents, words apart.
"""

from __future__ import annotations

import re
import unicodedata

SURE, LIKELY, MAYBE, WEAK = 0.95, 0.8, 0.6, 0.4

NAMES: dict[str, tuple[tuple[float, str], ...]] = {
    "case": (
        (1.0, r"case concept name"),
        (
            SURE,
            (
                r"(process )?case( ?(id|key|number|no|nr|name|identifier))?|caseid|id case|fall( ?(id|nr|nummer))?|fallnummer"
                r"|vorgang(s ?(id|nr|nummer))?|id (del )?caso|caso( id)?|numero de caso|cas( id)?|id (du )?cas"
                r"|(id|numero) (de )?dossier|zaak( ?(id|nummer))?|(id )?processo|trace( ?id)?|(process )?instance( id)?"
                r"|process instance id|id instancia|id sprawy|sprawa|案件(番号|id)?|ケース( ?id)?|案例( ?id)?"
            ),
        ),
        (
            LIKELY,
            (
                r"process( ?(id|number|key))|incident( ?(id|number|no))?|ticket( ?(id|number|no))|order( ?(id|number|no|nr))"
                r"|(application|claim|request|loan|invoice|po|purchase order|sales order|customer order|patient|journey|session"
                r"|document|shipment|delivery|workflow|work ?item|issue|job|admission|encounter|batch|lead|contract)"
                r" ?(id|number|no|nr|key)|patient|auftrag(s ?(id|nr|nummer))?|bestell(ung|nummer|nr)|antrag(s ?(id|nr|nummer))?"
                r"|rechnung(s ?(id|nr|nummer))|numero (de )?(pedido|commande|orden)|pedido( id)?|commande|dossier"
            ),
        ),
        (
            MAYBE,
            r"number|process|incident|ticket|order|application|claim|request|invoice|journey|session|nummer|numero|loan",
        ),
        (WEAK, r".*\b(id|key|nr|no|number|nummer|numero)|id|id .*"),
    ),
    "activity": (
        (1.0, r"concept name"),
        (
            SURE,
            (
                r"activity( ?(id|name|label|type|description|en))?|aktivitat(en)?( ?name)?|aktivitaet( ?name)?|actividad(es)?"
                r"|nombre (de )?(la )?actividad|activite|nom (de l )?activite|attivita|activiteit|atividade|czynnosc|aktivitet"
                r"|アクティビティ|活動|活动"
            ),
        ),
        (
            LIKELY,
            (
                r"event( ?(name|type|label|class|description))?|task( ?(name|type))?|step( ?name)?|process step|action( ?name)?"
                r"|operation( ?name)?|handling|vorgangsschritt|prozessschritt|arbeitsschritt|schritt|aufgabe|ereignis|evento"
                r"|tarea|paso|etape|tache|evenement|taak|stap|tarefa|etapa|zdarzenie|作業|工程"
            ),
        ),
        (
            MAYBE,
            r"(.* )?(state|status|stage|phase|milestone|zustand|estado|etat|statut|stato)|transition|lifecycle",
        ),
    ),
    "timestamp": (
        (1.0, r"time timestamp"),
        (
            SURE,
            (
                r"(complete|completion|completed|end|ended|finish|finished)( ?(timestamp|time|date|datetime|at|on))?"
                r"|(event|activity) (end|complete)( ?(time|date|timestamp))?|ende|end(e)?(zeit|datum|zeitpunkt|zeitstempel)"
                r"|(fecha|hora) (de )?fin|fin|(date|heure) (de )?fin|eind(e|tijd|datum)|data fine|data fim|fim|終了(日時|時刻)"
            ),
        ),
        (
            SURE - 0.05,
            (
                r"(event )?time ?stamp|(event|activity) ?(time|date|datetime|timestamp)|datetime|date ?time|time|zeitstempel"
                r"|zeit|zeitpunkt|uhrzeit|marca de tiempo|fecha( y)? hora|fechahora|horodatage|tijdstip|tijdstempel"
                r"|data (e )?ora|data (e )?hora|znacznik czasu|日時|タイムスタンプ|时间|时间戳"
            ),
        ),
        (LIKELY, r"date|datum|data|fecha|hora|dato|occurred( at| on)?|created|日付|日期"),
        (
            LIKELY - 0.05,
            r"(.* )?(updated|modified|changed|update|change)( ?(at|on|time|date|timestamp))?|last (update|change)",
        ),
        (WEAK, r".*\b(timestamp|time|date|datetime|at|on|datum|zeit|fecha)"),
    ),
    "start": (
        (
            SURE,
            (
                r"(event |activity |task )?(start|started|begin|began|starting|beginning)( ?(timestamp|time|date|datetime|at|on))?"
                r"|beginn|start(zeit|datum|zeitpunkt|zeitstempel|tijd)|anfang|(fecha|hora) (de )?inicio|inicio|debut"
                r"|(date|heure) (de )?debut|begin(tijd|datum)|data inizio|data (de )?inicio|開始(日時|時刻)"
            ),
        ),
    ),
    "resource": (
        (1.0, r"org resource"),
        (
            SURE,
            (
                r"resource( ?(id|name))?|ressource|recurso|risorsa|medewerker|bearbeiter|sachbearbeiter|mitarbeiter(in)?|benutzer"
                r"|(user|employee|agent|performer|operator|worker|originator|executor|staff)( ?(id|name))?|usuario|utilisateur"
                r"|empleado|employe|担当者|資源|资源"
            ),
        ),
        (
            LIKELY,
            r"(handled|executed|performed|done|processed|completed) by|actor|person|bearbeitet von",
        ),
        (
            LIKELY - 0.05,
            (
                r"assigned( to| user| agent)?|assignee( name| id)?|responsible( person| user)?|handler|handled by|zugewiesen( an)?"
                r"|verantwortlich(er)?|zustandig|asignado( a)?|responsable|responsavel|executante|assigne( a)?|responsabile"
                r"|toegewezen( aan)?|behandelaar|uitvoerder|wykonawca|pracownik|uzytkownik|handlaggare"
            ),
        ),
        # Who wrote a record last is often a program, so that whom the work was given tells more.
        (MAYBE, r"(.* )?(updated|changed|modified|created|entered) by"),
        (MAYBE - 0.1, r"owner( name| id)?"),
    ),
}


def plain(name: str) -> str:
    """Return a column name in lower case, without accents, its words apart.

    Examples
    --------
    >>> plain("case:CompleteTimestamp")
    'case complete timestamp'
    """
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    letters = unicodedata.normalize("NFKD", apart.casefold())
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", bare)))


def name_score(name: str, role: str) -> float:
    """Return how much a column name sounds like a role, 0 to 1."""
    text = plain(name)
    return next((score for score, pattern in NAMES[role] if re.fullmatch(pattern, text)), 0.0)
