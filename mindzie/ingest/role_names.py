"""What columns are called in event logs, by role, in the languages analysts work in.

Names are compared after `plain`: lower case, no accents, words apart.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from mindzie.core.plain_names import bare, plain

SURE, LIKELY, MAYBE, WEAK = 0.95, 0.8, 0.6, 0.4

NAMES: dict[str, tuple[tuple[float, str], ...]] = {
    "case": (
        (1.0, r"case concept name"),
        (
            SURE,
            (
                r"(process )?case( ?(id|key|number|no|nr|name|identifier))?|caseid|id case|fall( ?(id|nr|nummer))?|fallnummer"
                r"|vorgangs ?(id|nr|nummer)|id (del )?caso|caso( id)?|numero de caso|cas( id)?|id (du )?cas"
                r"|(id|numero) (de )?dossier|zaak( ?(id|nummer))?|(id )?processo|trace( ?id)?|(process )?instance( id)?"
                r"|process instance id|id instancia|id sprawy|numer sprawy|nr sprawy|sprawa|案件(番号|id)?|ケース(番号| ?id)?|案例(编号|編號| ?id)?"
                r"|(numero|n) (de |du |do |del )?(caso|cas|processo|proceso|dossier)|codigo (de )?(caso|proceso)|codigo do (caso|processo)"
                r"|id (de |do )?(proceso|processo)|proces ?(id|nummer)|sagsnummer|sag ?id|arende(nummer|id)|流程(编号|实例)|单号|工单号"
                r"|номер (дела|заявки|случая)|дело|vaka( ?(id|no|numarasi))|cislo pripadu|pripad|tapaus( ?id)?|사례( ?id)?|케이스( ?id)?"
            ),
        ),
        (
            LIKELY,
            (
                r"process( ?(id|number|key))|incident( ?(id|number|no))?|ticket( ?(id|number|no))|order( ?(id|number|no|nr))"
                r"|(application|claim|request|loan|invoice|po|purchase order|sales order|customer order|patient|journey|session"
                r"|document|shipment|delivery|workflow|work ?item|issue|job|admission|encounter|batch|lead|contract)"
                r" ?(id|number|no|nr|key)|patient|vorgang|auftrag(s ?(id|nr|nummer))?|bestell(ung|nummer|nr)|antrag(s ?(id|nr|nummer))?"
                r"|rechnung(s ?(id|nr|nummer))|(numero|n) (de |du |do |d )?(pedido|commande|orden|ordine|ordre|encomenda|fattura|facture|fatura|factura)"
                r"|pedido( id)?|commande|dossier|expediente|(numero|n|nr) (de |do |di |della )?(expediente|tramite|pratica|richiesta|demande)|id (pedido|ordine|commande|encomenda|solicitud|demande|zlecenia|zamowienia)|solicitud|pratica|id pratica"
                r"|(numer|nr) (zamowienia|zlecenia|faktury|wniosku|zgloszenia)|(bestel|order|aanvraag|factuur|klant|dossier) ?(nummer|nr|id)"
                r"|(order|arende|faktura) ?nummer|订单(号|编号)|订单|受注番号|注文(番号|id)|発注番号|申请(号|编号)|チケット(番号|id)?"
                r"|ebeln|vbeln|belnr|aufnr|mandt ebeln ebelp|sales document|purchasing document|sys id"
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
                r"|アクティビティ(名)?|活動|活动(名称|名)?|nome (da |dell |della )?(atividade|attivita)|nome attivita|naam (van de )?activiteit|activiteit ?naam"
                r"|nazwa (czynnosci|aktywnosci)|aktywnosc|dzialanie|aktywitaet|aktivitets ?navn|активность|действие|операция|aktivite( ?adi)?"
                r"|cinnost|toiminto|활동(명)?|액티비티|tatigkeit(en)?|taetigkeit(en)?"
            ),
        ),
        (
            LIKELY,
            (
                r"event( ?(name|type|label|class|description))?|task( ?(name|type))?|step( ?name)?|process step|action( ?name)?"
                r"|operation( ?name)?|handling|vorgangsschritt|prozessschritt|arbeitsschritt|schritt|aufgabe|ereignis|evento"
                r"|tarea|paso|etape|tache|evenement|gebeurtenis|taak|processtap|stap|tarefa|etapa|passo|fase|zdarzenie|krok|zadanie|作業(名)?|工程(名)?"
                r"|イベント|处理|处理步骤|步骤|事件|任务|操作|событие|шаг|etapp?e|handelse|haendelse|operacion|operacao|operazione|operacja|aktion|massnahme"
                r"|arbeitsgang|(arbeits|bearbeitungs|verarbeitungs|prozess)(vorgang|schritt)|bezeichnung (der )?(tatigkeit|aktivitat)"
                r"|nombre (del |de la )?(evento|tarea|paso)|nome (do |da )?(evento|tarefa|etapa|passo)|evento nome|이벤트|단계|작업"
            ),
        ),
        (
            MAYBE,
            r"(.* )?(state|status|stage|phase|milestone|zustand|estado|etat|statut|stato|stan|stav|durum)|vorgang|状态|ステータス|状態|transition|lifecycle",
        ),
    ),
    "timestamp": (
        (1.0, r"time timestamp"),
        (
            SURE,
            (
                r"(complete|completion|completed|end|ended|finish|finished)( ?(timestamp|time|date|datetime|at|on))?"
                r"|(event|activity) (end|complete)( ?(time|date|timestamp))?|ende|end(e)?(zeit|datum|zeitpunkt|zeitstempel)"
                r"|(fecha|hora)( y hora)? (de )?(fin|finalizacion|termino)|fin|(date|heure) (de )?fin|eind(e|tijd|datum|tijdstip)|(data|ora)( e ora)? (di )?fine|fine"
                r"|(data|hora)( e hora)? (de |do )?(fim|termino|conclusao)|fim|終了(日時|時刻|時間)|完了(日時|時刻)|结束(时间|日期)|完成(时间|日期)|(data|czas|koniec) zakonczenia"
                r"|koniec|data konca|sluttid(spunkt)?|slut(datum|dato)|конец|дата окончания|время окончания|bitis( (zamani|tarihi))?|종료( ?(일시|시간))?"
            ),
        ),
        (
            SURE - 0.05,
            (
                r"(event )?time ?stamp|(event|activity) ?(time|date|datetime|timestamp)|datetime|date ?time|time|zeitstempel"
                r"|zeit|zeitpunkt|uhrzeit|marca de tiempo|fecha( y)? hora|fechahora|horodatage|tijdstip|tijdstempel"
                r"|data (e )?ora|data (e )?hora|znacznik czasu|czas( zdarzenia)?|data zdarzenia|data i (czas|godzina)|日時|タイムスタンプ|発生日時|实时|时间|时间戳"
                r"|发生时间|事件时间|carimbo (de tempo|de data hora)|estampa de tiempo|marca (temporal|de data hora)|momento|instante|orario"
                r"|fecha (y hora )?(del |de )?(evento|actividad)|data (e ora )?(dell )?(evento|attivita)|data (e hora )?(do |da )?(evento|atividade)"
                r"|date (et heure|de l evenement|evenement|de l activite)|datum( en)? tijd|tidspunkt|tidsstampel|tidsstempel|дата и время|время|дата события"
                r"|zaman( damgasi)?|cas udalosti|aikaleima|일시|시간|타임스탬프"
            ),
        ),
        (
            LIKELY,
            r"date|datum|data|fecha|hora|heure|ora|dato|tijd|occurred( at| on)?|created|日付|日期|дата|tarih|날짜",
        ),
        (
            LIKELY - 0.05,
            r"(.* )?(updated|modified|changed|update|change)( ?(at|on|time|date|timestamp))?|last (update|change)",
        ),
        (MAYBE, r"ts|t|epoch( ?(time|seconds|millis(econds)?|ms|s))?|unix( ?time( ?stamp)?)?"),
        (WEAK, r".*\b(timestamp|time|date|datetime|at|on|datum|zeit|fecha)"),
    ),
    "start": (
        (
            SURE,
            (
                r"(event |activity |task )?(start|started|begin|began|starting|beginning)( ?(timestamp|time|date|datetime|at|on))?"
                r"|beginn|start(zeit|datum|zeitpunkt|zeitstempel|tijd)|anfang|(fecha|hora) (de )?inicio|inicio|debut"
                r"|(fecha|hora) y hora (de )?inicio|(date|heure) (de )?debut|(begin|aanvangs?)(tijd|datum|tijdstip)|(data|ora)( e ora)? (di )?inizio|inizio"
                r"|(data|hora)( e hora)? (de |do )?inicio|開始(日時|時刻|時間)|开始(时间|日期)|(data|czas) (rozpoczecia|poczatku)|poczatek|rozpoczecie"
                r"|start ?(tid|dato|tidspunkt)|дата начала|время начала|начало|baslangic( (zamani|tarihi))?|시작( ?(일시|시간))?"
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
                r"|empleado|employe|担当者(名)?|処理者|資源|リソース|资源|处理人|操作员|执行人|负责人|员工|gebruiker(snaam)?|utente|operatore|addetto|dipendente|colaborador|funcionario"
                r"|usuario( id)?|id (do |de )?(usuario|utente|utilisateur)|operador|operateur|agente|intervenant|zasob|operator(zy)?|ressurs|resurs|bruger"
                r"|anvandare|medarbejder|исполнитель|пользователь|сотрудник|ресурс|kaynak|kullanici|zdroj|uzivatel|담당자|사용자|자원"  # noqa: RUF001 - Russian
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
    "order": (
        (
            SURE,
            (
                r"(event |activity |step |sort(ing)? )?(sequence|seq)( ?(number|no|nr|id))?|(event |activity )?sort(ing)?( ?(order|key|index))?"
                r"|(event|activity|step) ?(order|index|no|nr|number|position)|order ?(index|in case)|reihenfolge|sortier(ung|reihenfolge)"
                r"|(lauf|schritt|sequenz) ?(nr|nummer)|secuencia|orden( de)?( (evento|actividad|secuencia))|numero de (secuencia|paso|sequence|sequencia|etape)"
                r"|ordre|sequenza|ordine (evento|attivita)|sequencia|ordem|volgorde|volgnummer|kolejnosc|numer kolejny|lp|序号|顺序|順序|連番|順番|순서"
            ),
        ),
        (MAYBE, r"(event|log|row|entry|record|message) ?id|position|index|rank|step"),
    ),
}


@cache
def _patterns(role: str) -> tuple[tuple[float, re.Pattern[str]], ...]:
    return tuple((score, re.compile(bare(pattern))) for score, pattern in NAMES[role])


@lru_cache(maxsize=10_000)
def name_score(name: str, role: str) -> float:
    """Return how much a column name sounds like a role, 0 to 1."""
    text = plain(name)
    return next((score for score, pattern in _patterns(role) if pattern.fullmatch(text)), 0.0)
