# Teilen ohne Namen. Wer das liest, sagt vielleicht etwas zum ersten Mal: schlicht, warm, genau. Nichts hier darf mehr
# versprechen, als stimmt.

choice-wants-listen = Einfach zuhören
choice-wants-been-there = Kennt das jemand?
choice-wants-ideas = Ideen sind willkommen
choice-theme-none = Nichts Besonderes
choice-theme-t1 = Suizid
choice-theme-t2 = Selbstverletzung
choice-theme-t3 = Gewalt oder Missbrauch
choice-theme-t4 = Sexuelle Gewalt
choice-theme-t5 = Essen
choice-theme-t6 = Alkohol und Drogen
choice-theme-t7 = Tod und Verlust
choice-theme-t8 = Krankheit und Körper
choice-theme-t9 = Schwangerschaft und Geburt
choice-theme-t10 = Diskriminierung

choice-why-elsewhere = Es gehört in einen anderen Raum
choice-why-details = Jemand ist daran zu erkennen
choice-why-somebody = Es handelt von jemandem, der hier mitliest
choice-why-agreement = Es verstößt gegen unsere Vereinbarung
choice-why-method = Es beschreibt, wie man sich verletzt
choice-why-other = Ein anderer Grund
choice-scope-thread = In diesem Thread
choice-scope-day = Überall hier, für einen Tag
choice-scope-week = Überall hier, für eine Woche
choice-scope-month = Überall hier, für 30 Tage

command-share = Sag, was unter Deinem Namen nicht geht. Du siehst es zuerst; niemand erfährt, dass Du es warst.
    .name = teilen
command-share-group = Für welche Gruppe, wenn Du nicht in ihrem Raum bist
    .name = gruppe
command-share-promise = Lies, was fürs Teilen gilt: wer es erfahren könnte, was bleibt, was bei Lebensgefahr ist.
    .name = teilen-versprechen
command-share-invite = Stell eine Nachricht mit dem Knopf „Anonym teilen“ in diesen Raum, zum Anpinnen.
    .name = teilen-einladung
command-share-filter = Wähle Themen, die Du lieber nicht liest, wenn ich Dir etwas Geteiltes zeige.
    .name = teilen-themen
command-my-share = Öffne Geteiltes oder eine Antwort mit dem Code der Quittung: ergänzen, ändern, entfernen.
    .name = mein-geteiltes
command-answer = Antworte auf Geteiltes über seinen Kurznamen, etwa „Ahorn 7“: wie die Knöpfe darunter.
    .name = antworten
command-answer-handle = Der Kurzname unter dem Geteilten, etwa „Ahorn 7“
    .name = kurzname
command-reply-anonymously = Antworte ohne Namen. Du siehst es zuerst, und niemand erfährt, dass Du es warst.
    .name = anonym-antworten
    .menu = Anonym antworten
command-reply-anonymously-message = Das Geteilte, auf das Du antwortest
    .name = nachricht
command-moderate = Handle an Geteiltem oder einer Antwort, über den Kurznamen. Niemand erfährt, von wem es ist.
    .name = moderieren
command-moderate-handle = Der Kurzname unter dem Geteilten oder der Antwort, etwa „Ahorn 7“
    .name = kurzname
command-moderate-this = Handle an diesem Geteilten oder dieser Antwort. Niemand erfährt, von wem sie ist.
    .name = das-moderieren
    .menu = Moderieren
command-moderate-this-message = Das Geteilte oder die Antwort, um die es geht
    .name = nachricht

form-telling = Ohne Namen teilen
form-telling-text = Was möchtest Du sagen?
    .help = Bis zu 3.000 Zeichen. Du siehst es zuerst; noch geht nichts hinaus.
form-telling-wants = Was würde guttun?
form-telling-theme = Sollte man vorher etwas wissen?
    .help = Dann bleibt es zugeklappt, bis es jemand öffnet.
form-telling-warning = Eine Warnung in eigenen Worten
    .help = Nur, wenn die Liste sie nicht hat. Sie steht über dem Zugeklappten.
form-telling-picture = Ein Bild
    .help = JPEG, PNG oder WebP. Ich mache es neu: Ort, Zeit und Kamera sind weg.
form-rewriting = Ändern, was Du geteilt hast
form-rewriting-text = Was soll dort stehen?
    .help = Bis zu 3.000 Zeichen. Es ersetzt, was dort steht.
form-rewriting-wants = Was würde guttun?
form-rewriting-theme = Sollte man vorher etwas wissen?
    .help = Dann bleibt es zugeklappt, bis es jemand öffnet.
form-rewriting-warning = Eine Warnung in eigenen Worten
    .help = Nur, wenn die Liste sie nicht hat. Sie steht über dem Zugeklappten.
form-rewriting-picture = Ein Bild
form-rewording = Deine Antwort ändern
form-rewording-text = Was soll in Deiner Antwort stehen?
    .help = Es ersetzt, was Du geschrieben hast.
form-answering = Ohne Namen antworten
form-answering-text = Deine Antwort
    .help = Bis zu 2.000 Zeichen. Du siehst sie zuerst; noch geht nichts hinaus.
form-openly = Unter Deinem Namen antworten
form-openly-text = Deine Antwort
    .help = Sie steht sofort im Thread, unter Deinem Namen.
form-code = Deine Quittung
form-code-code = Der Code Deiner Quittung
    .help = Zwölf Buchstaben und Ziffern, etwa ABCD-EFGH-JKMN. Striche und Kleinschreibung sind egal.
form-adding = Etwas ergänzen
form-adding-text = Was möchtest Du ergänzen?
    .help = Es steht unter dem, was Du geteilt hast.
form-asking = Um eine Änderung bitten
form-asking-text = Was soll anders werden?
    .help = Wer es geschrieben hat, liest das. Du erfährst nicht, wer das ist.
form-appealing = Die Moderation bitten, noch einmal zu schauen
form-appealing-text = Was sollte die Moderation wissen?
    .help = Sie liest das und erfährt nicht, wer Du bist.
form-deciding = Einen Einspruch beantworten
form-deciding-text = Deine Antwort
    .help = Wer Einspruch erhoben hat, liest das. Du erfährst nicht, wer das ist.

# --- ansehen ---

preview-title = So werden andere es sehen. Noch ist nichts gesendet.
preview-wanted = Was guttun würde
preview-warning = Es bleibt zugeklappt, unter
preview-where = Wo
preview-goes = In { $room }, etwas später und zu einem zufälligen Zeitpunkt, damit niemand sieht, wer gerade hier war.
preview-goes-review = Zuerst vor der Moderation, die nicht erfährt, wer Du bist, dann in { $room }; jeweils zu einem zufälligen Zeitpunkt.
preview-voice = Wie Du heißt
preview-author = Du sprichst als die Person, die das geteilt hat, und sonst als niemand.
preview-some-voice = In diesem Thread hast Du einen erfundenen Namen. Anderswo hast Du einen anderen, und nichts verbindet die beiden.
preview-rules = Aus den Regeln dieser Gemeinschaft
preview-look = Schau bitte noch einmal hin
preview-own-name = Dein eigener Name steht darin. Du kannst das ändern oder so lassen.
preview-small = Dort können nur wenige lesen, oder ich weiß nicht, wie viele. Sie könnten erraten, dass Du es warst.
preview-advice = Hier wünscht sich jemand, dass man einfach zuhört, und das klingt ein wenig nach einem Rat. Du kannst es so senden oder lieber sagen, wie es Dir damit geht.
preview-danger-name = Wenn es gerade zu viel ist
preview-danger = Du musst das nicht allein tragen. Es gibt Menschen, mit denen Du jetzt sprechen kannst. Was Du hier sagen möchtest, kannst Du trotzdem sagen.

promise-who-name = Wer es erfahren könnte
promise-who = Niemand hier sieht, von wem es ist, auch nicht Moderation und Verwaltung, und mich danach zu fragen ist nicht möglich. Wer diesen Bot betreibt und seinen Schlüssel hat, könnte es mit etwas Aufwand herausfinden, solange etwas aufgehoben ist, das zu Dir führt. Der Dienst, auf dem Du schreibst, befördert, was Du mir sendest, und kann es lesen, wenn das Gespräch nicht verschlüsselt ist. Und was Du erzählst, oder wie, kann Dich verraten.
promise-kept-name = Was bleibt, und wie lange
promise-kept = Was Du geschrieben hast, verschlüsselt, { $keep } Tage lang oder bis Du es entfernst. Wo Du zu erreichen bist, nur bis es draußen ist, außer Du möchtest von Antworten hören. Und { $days } Tage lang etwas Versiegeltes, mit dem die Moderation diese Stimme stummschalten kann, ohne zu erfahren, wessen sie ist; mehr kann es nicht, und danach wird es zerstört.
promise-danger-name = Wenn ein Leben in Gefahr ist
promise-danger = Ich zeige Dir, wo es Hilfe gibt, und von selbst kommt niemand: Aus dem, was Du hier schreibst, kann Dich niemand finden. Die Moderation erfährt vielleicht von den Worten, nie von Dir. Wenn Du jetzt jemanden brauchst, sag { $prefix }krise.
promise-who-short = Mitglieder und Moderation nicht, solange Dich nicht verrät, was Du erzählst; wer diesen Bot betreibt, könnte es mit Aufwand, der Dienst, auf dem Du schreibst, vielleicht auch.
promise-kept-short = Was Du geschrieben hast, verschlüsselt, { $keep } Tage oder bis Du es entfernst; was zu Dir führt, geht, sobald es draußen ist, bis auf etwas Versiegeltes, das { $days } Tage lang nur diese Stimme stummschalten kann.
promise-danger-short = Ich zeige Dir, wo es Hilfe gibt, aber niemand hier kann Dich finden oder jemanden schicken: Wenn Du jetzt jemanden brauchst, sag { $prefix }krise.

promise = Das gilt für alles, was ohne Namen geteilt wird.
agreed = Gut. Wenn Du etwas teilen möchtest, sag { $prefix }teilen.

invitation-title = Teilen ohne Deinen Namen
invitation = Manches lässt sich unter dem eigenen Namen schwer sagen. Hier geht es: Du siehst es zuerst, es kommt etwas später heraus, und niemand hier erfährt, dass Du es warst.
invitation-footer = Drück den Knopf oder schreib mir allein { $prefix }teilen. Was dann kommt, siehst nur Du.
invited = Sie steht im Raum. Wenn Du sie dort anpinnst, finden andere sie, wenn sie sie brauchen.
button-share = Anonym teilen

small-group = Dort können nur wenige lesen, oder ich weiß nicht, wie viele. Sie könnten erraten, dass Du es warst: an dem, was Du erzählst, oder daran, wie Du es sagst. Soll ich es trotzdem senden?
thrown-away = Weggeworfen. Nichts wurde gesendet, und ich habe es vergessen.

button-send = Senden
button-agree-send = Ich habe das gelesen. Senden
button-agree = Ich habe das gelesen
button-send-sure = Ja, senden
button-change = Ändern
button-throw-away = Wegwerfen
button-promise = Das ganze Versprechen
button-crisis = Jetzt Hilfe finden

# --- die Quittung ---

receipt = Es ist unterwegs und kommt zu einem zufälligen Zeitpunkt heraus, als „{ $handle }“. Schreib bitte den Code auf: Ich zeige ihn nur jetzt und finde ihn nicht wieder.
receipt-review = Es ist unterwegs zur Moderation, als „{ $handle }“. Sie erfährt nicht, wer Du bist. Schreib bitte den Code auf: Ich zeige ihn nur jetzt und finde ihn nicht wieder.
receipt-code = Dein Code
receipt-can-name = Wozu er gut ist
receipt-can = Wer ihn hat, kann etwas ergänzen, ändern, entfernen, als „Wer es geteilt hat“ antworten, von Antworten hören oder nicht und sofort kappen, was zu Dir führt: von jedem Gerät aus, mit { $prefix }mein-geteiltes.
receipt-can-reply = Damit kannst Du diese Antwort später zurücknehmen oder die Moderation bitten, noch einmal zu schauen: von jedem Gerät aus, mit { $prefix }mein-geteiltes.
receipt-message = Die Quittung, um die Du gebeten hast. Wer das hier sieht, kann den Code benutzen; lösch es, sobald Du ihn sicher aufbewahrt hast.
receipt-copied = Ich habe sie Dir als Nachricht geschickt. Sie bleibt in unserem Gespräch, bis Du sie dort löschst.
button-copy = Schick sie mir als Nachricht
button-tell-replies = Sag mir, wenn Antworten kommen
button-stop-replies = Nichts mehr von Antworten
button-panel = Öffnen

panel-title = Dein Geteiltes „{ $handle }“
panel-title-reply = Deine Antwort „{ $handle }“
panel-asked = Worum die Moderation bittet
panel-reason = Warum
panel-reach = Was zu Dir führt
reach-replies = Ich hebe verschlüsselt auf, wo Du zu erreichen bist, um Dir von Antworten zu erzählen. Du kannst das jederzeit kappen.
reach-until-out = Ich hebe verschlüsselt auf, wo Du zu erreichen bist, bis das erledigt ist. Du kannst das jederzeit kappen.
reach-none = Nichts, worüber man Dir etwas sagen könnte. Nur dieser Code gehört Dir.
state-queued = Es kommt zu einem zufälligen Zeitpunkt heraus.
state-queued-review = Es geht zu einem zufälligen Zeitpunkt vor die Moderation.
state-review = Die Moderation hat es vor sich. Sie erfährt nicht, wer Du bist.
state-change = Die Moderation wünscht sich eine Änderung, bevor es herauskommt.
state-declined = Es kam nicht in den Raum. Niemand hat erfahren, von wem es ist. Nach einem Monat vergesse ich es, oder sobald Du es wegnimmst.
state-posted = Es steht in seinem Raum.
state-hidden = Es steht in seinem Raum, und die Moderation hat verdeckt, was da steht.
state-failed = Ich konnte es nicht in seinen Raum stellen. Du kannst es noch einmal senden.
state-held = Ich weiß nicht, ob es in seinem Raum steht. Schau bitte nach; ist es nicht da, sende es noch einmal.
state-held-review = Ich weiß nicht, ob es bei der Moderation ankam. Du kannst es ihr noch einmal senden.
why-elsewhere = Es gehört in einen anderen Raum dieser Gemeinschaft.
why-details = Jemand ist daran zu erkennen, vielleicht Du.
why-somebody = Es handelt von jemandem, der hier mitliest.
why-agreement = Es verstößt gegen das, was diese Gemeinschaft vereinbart hat.
why-method = Es beschreibt, wie man sich verletzt, und andere, denen es schlecht geht, könnten es lesen.
why-other = Die Moderation hat keinen bestimmten Grund genannt. Du kannst sie bitten, noch einmal zu schauen.
why-muted = Diese Stimme kann hier eine Weile nichts schreiben.

button-speak = Als „Wer es geteilt hat“ antworten
button-add = Ergänzen
button-edit = Ändern
button-again = Noch einmal senden
button-cut = Kappen, was zu mir führt
button-appeal = Die Moderation bitten, noch einmal zu schauen
button-down = Entfernen
button-down-sure = Ja, entfernen

changed-soon = Geändert. Was im Raum steht, folgt zu einem zufälligen Zeitpunkt in den nächsten Minuten.
changed-review = Danke. Es geht noch einmal vor die Moderation, zu einem zufälligen Zeitpunkt.
replies-on = Ich sage Dir Bescheid, wenn Antworten kommen, immer mehrere auf einmal. Dafür hebe ich verschlüsselt auf, wo Du zu erreichen bist, bis Du das kappst.
replies-off = Von Antworten sage ich Dir nichts mehr.
cut = Gekappt. Davon führt nichts mehr zu Dir, außer dem Versiegelten, das nur eine Stimme stummschalten kann und von selbst endet. Ab jetzt öffnet es allein Dein Code.
down-sure = Das nimmt „{ $handle }“ und die Antworten ohne Namen darauf aus dem Raum, und ich vergesse, was geschrieben wurde. Was andere gelesen haben, haben sie gelesen. Soll ich?
down-sure-reply = Das nimmt Deine Antwort aus dem Thread, und ich vergesse, was darin stand. Was andere gelesen haben, haben sie gelesen. Soll ich?
down = Es wird jetzt aus dem Raum genommen, und ich habe vergessen, was Du geschrieben hast.
sent-again = Es ist wieder unterwegs, zu einem zufälligen Zeitpunkt.
appeal-sent = Ich gebe es an die Moderation weiter, zu einem zufälligen Zeitpunkt und ohne Deinen Namen. Antwortet sie innerhalb von 14 Tagen, sage ich es Dir.

# --- im Raum ---

post-title = Ohne Namen geteilt · { $handle }
post-added = Später ergänzt
post-covered = Die Moderation hat verdeckt, was hier stand. Wer es geschrieben hat, erfährt davon und kann sie bitten, noch einmal zu schauen.
reply-covered = Die Moderation hat verdeckt, was hier stand.
post-footer = { $wanted }
post-footer-1 = { $wanted } · { $one }
post-footer-2 = { $wanted } · { $one } · { $two }
post-footer-3 = { $wanted } · { $one } · { $two } · { $three }
wanted-listen = Einfach zuhören würde guttun.
wanted-been-there = „Kenne ich auch“ würde guttun.
wanted-ideas = Ideen sind willkommen.
count-me-too = „Ich auch“ von { $amount }
count-heard = „Ich höre Dich“ von { $amount }
count-strength = Kraft von { $amount }
amount-a-few = ein paar Menschen
amount-quite-a-few = etlichen Menschen
amount-many = vielen Menschen
warning-both = { $theme } · { $words }
picture-alt = Ein Bild, das zum Geteilten gehört
voice-author = Wer es geteilt hat
somebody = Jemand von hier

choice-kind-me-too = Ich auch
choice-kind-heard = Ich höre Dich
choice-kind-strength = Ich schicke Kraft
button-openly = Offen antworten
button-reply = Anonym antworten
button-more = Da stimmt etwas nicht
button-look = Zeig es mir

tapped = Danke. Gezählt wird nur in Worten, sobald ein paar Menschen dasselbe sagen. Tipp noch einmal, um es zurückzunehmen.
tap-taken-back = Zurückgenommen.
said-openly = Es steht im Thread, unter Deinem Namen.
reply-sent = Sie ist unterwegs und kommt zu einem zufälligen Zeitpunkt heraus. In diesem Thread heißt Du „{ $name }“. Den Code zeige ich nur jetzt.
reply-sent-review = Sie ist unterwegs zur Moderation, die nicht erfährt, wer Du bist. In diesem Thread heißt Du „{ $name }“. Den Code zeige ich nur jetzt.
reply-taken-back = Zurückgenommen. Stand es schon im Thread, verschwindet es jetzt.
button-take-back = Zurücknehmen
look-warning = Hier geht es um: { $warning }. Möchtest Du es lesen?
look-avoided = Hier geht es um: { $warning }. Du wolltest das nicht gezeigt bekommen, deshalb lasse ich es zugeklappt.

filter-none = Welche Themen liest Du lieber nicht? Zeige ich Dir etwas Geteiltes dazu, lasse ich es zugeklappt. In den Räumen ist alles mit einer Warnung zugeklappt. Nur Du siehst das.
filter = Du liest lieber nichts über: { $themes }. Zeige ich Dir etwas Geteiltes dazu, lasse ich es zugeklappt. In den Räumen ist alles mit einer Warnung zugeklappt. Nur Du siehst das.
button-theme-on = ✓ { $theme }
button-theme-off = { $theme }

more = Was ist mit „{ $handle }“?
more-who-name = Wer davon erfährt
more-who = Die Moderation sieht, was gesagt wurde, und nicht, dass Du Bescheid gegeben hast.
choice-report-hurts = Das tut mir weh
choice-report-worried = Ich mache mir Sorgen
choice-report-agreement = Das bricht unsere Vereinbarung
reported-hurts = Danke, dass Du es sagst. Die Moderation hat es vor sich und erfährt nicht, dass Du es warst. Du musst nicht weiterlesen.
reported-worried = Danke, dass Du hinschaust. Die Moderation hat es vor sich, und wenn ich die Person erreiche, biete ich ihr privat Hilfe an. Niemand erfährt, dass Du es warst.
reported-agreement = Danke. Die Moderation hat es vor sich und erfährt nicht, dass Du es warst.

# --- was man Schreibenden sagt ---

notice = Zu „{ $handle }“. Nur Du siehst das.
notice-name = Neues
notice-your-words = Was Du geschrieben hast
notice-reply = { $replies ->
    [one] Es gibt eine Antwort ohne Namen.
   *[other] Es gibt neue Antworten ohne Namen.
 } Wenn es zu viel ist, musst Du sie nicht lesen. Mit Deinem Code kannst Du abbestellen, davon zu hören: { $prefix }mein-geteiltes
notice-failed = Ich konnte es nicht hinausstellen. Mit dem Code kannst Du es noch einmal senden: { $prefix }mein-geteiltes
notice-held = Ich weiß nicht, ob es hinausging. Schau bitte im Raum nach. Ist es nicht da, sende es mit dem Code noch einmal: { $prefix }mein-geteiltes
notice-held-review = Ich weiß nicht, ob es bei der Moderation ankam. Mit dem Code kannst Du es ihr noch einmal senden: { $prefix }mein-geteiltes
notice-change = Die Moderation bittet um eine Änderung, bevor es herauskommt: „{ $asked }“ Sie weiß nicht, wer Du bist. Öffne es mit dem Code, um zu antworten: { $prefix }mein-geteiltes
notice-declined = Es kam nicht in den Raum. { $why } Die Moderation weiß nicht, wer Du bist. Mit dem Code kannst Du sie bitten, noch einmal zu schauen: { $prefix }mein-geteiltes
notice-hidden = Die Moderation hat verdeckt, was da steht. Sie weiß nicht, wer Du bist. Mit dem Code kannst Du sie bitten, noch einmal zu schauen: { $prefix }mein-geteiltes
notice-restored = Die Moderation zeigt wieder, was da steht.
notice-worried = Jemand hat es gelesen, macht sich Sorgen um Dich und möchte, dass Du weißt: Es gibt Hilfe. Niemand weiß, dass Dich das erreicht.
notice-answered = Die Moderation hat geantwortet: „{ $answer }“ Sie weiß nicht, wer Du bist, und ich habe vergessen, wohin diese Antwort ging.

# --- vor der Moderation ---

desk-review = „{ $handle }“ wartet auf Euch
desk-review-reply = Eine Antwort wartet auf Euch: „{ $handle }“
desk-answers = Worauf sie antwortet
desk-warning = Es bleibt zugeklappt, unter
desk-wanted = Was guttun würde
desk-footer = Ihr erfahrt nicht, von wem es ist, und niemand kann es. Wer zuerst entscheidet, entscheidet.
desk-approved = „{ $handle }“ ist freigegeben und kommt heraus.
desk-change-asked = Für „{ $handle }“ ist um eine Änderung gebeten.
desk-declined = „{ $handle }“ ist abgelehnt, mit einer Begründung.
desk-report-hurts = Jemand sagt, dass „{ $handle }“ wehtut
desk-report-worried = Jemand macht sich Sorgen um die Person, von der „{ $handle }“ ist
desk-report-agreement = Jemand sagt, dass „{ $handle }“ unsere Vereinbarung bricht
desk-report-footer = Weder wer das sagt noch von wem es ist, lässt sich herausfinden.
desk-appeal = Zu „{ $handle }“ bittet Euch die Person, von der es ist, noch einmal zu schauen
button-approve = Freigeben
button-ask-change = Um eine Änderung bitten
button-decline = Ablehnen
button-decide = Antworten
approved-now = Freigegeben. Es kommt in ein paar Minuten heraus.
change-asked-now = Ich bitte darum, ohne dass ihr voneinander erfahrt, wer ihr seid. Führt nichts mehr dorthin, wartet es und geht nach einem Monat.
declined-now = Abgelehnt. Wer es geschrieben hat, erfährt den Grund, wenn noch etwas dorthin führt.
decline-why = Warum? Das wird in freundlichen Worten weitergesagt.
moderate-title = „{ $handle }“
moderate-footer = Niemand erfährt, von wem es ist. Mehr als das hier siehst Du nicht.
moderate-gone = „{ $handle }“ wurde entfernt. Die Stimme kann noch eine Weile stummgeschaltet werden.
button-hide = Verdecken
button-restore = Wieder zeigen
button-close = Antworten schließen
button-reopen = Antworten wieder zulassen
button-mute = Diese Stimme stummschalten
button-lift = Diese Stummschaltung aufheben
hidden-now = Verdeckt. Wer es geschrieben hat, erfährt davon, wenn noch etwas dorthin führt.
restored-now = Wieder zu sehen.
closed-now = Dort werden keine Antworten mehr angenommen.
opened-now = Antworten werden wieder angenommen.
mute-how = Wo, und wie lange? Du erfährst nicht, wessen Stimme es ist, und nicht, ob sie schon stumm war.
muted-now = Die Stimme von „{ $handle }“ kann hier bis { $until } nicht ohne Namen schreiben. Das endet von selbst.
muted-thread = Die Stimme von „{ $handle }“ kann in diesem Thread bis { $until } nicht ohne Namen schreiben.
lifted = Diese Stummschaltung ist aufgehoben. Gibt es andere, gelten sie weiter.
appeal-answered = Ich gebe Deine Antwort weiter. Damit ist weg, was dorthin führte.

# --- was nicht geht ---

sharing-off = Teilen ohne Namen ist hier nicht eingerichtet.
no-sharing-room = Teilen ist hier eingeschaltet, aber kein Raum dafür genannt. Die Moderation kann im Profil einen nennen.
share-where = Für welche Gruppe ist es? Schreib { $prefix }teilen und den Namen der Gruppe: { $groups }.
only-in-group = Hier wird aus dem eigenen Raum der Gruppe geteilt. Schreib bitte dort { $prefix }teilen.
no-desk = Dafür braucht die Moderation einen eigenen Raum, und im Profil steht noch keiner. Sie kann dort einen nennen.
nothing-written = Es stehen noch keine Worte darin.
has-contacts = Darin steht eine Telefonnummer, eine E-Mail-Adresse oder ein Konto. Ohne Namen kann niemand dafür einstehen, lass sie bitte weg. Krisentelefone stehen unter { $prefix }krise.
rules-stop = Die Regeln dieser Gemeinschaft sagen: { $says } Niemand hat es gesehen.
muted = Du kannst hier { $days ->
    [one] noch einen Tag
   *[other] noch { $days } Tage
 } nicht ohne Namen schreiben. Das ist kein Urteil über Dich. Mit dem Code von etwas, das Du geschrieben hast, kannst Du die Moderation bitten, noch einmal zu schauen: { $prefix }mein-geteiltes
enough-today = Mehr passt hier nicht in einen Tag: { $most }. Morgen ist wieder Platz. Wenn Du jetzt jemanden brauchst, sag { $prefix }krise.
agree-first = Hier kannst Du etwas teilen, wenn Du vor { $days ->
    [one] einem Tag
   *[other] { $days } Tagen
 } gelesen hast, was dafür gilt. Lies es mit { $prefix }teilen-versprechen: Dann beginnt die Zeit. Wenn Du jetzt jemanden brauchst, sag { $prefix }krise. Was Du eben geschrieben hast, vergesse ich nach einer halben Stunde; kopier es, wenn Du es behalten möchtest.
known-days = Du kannst hier in { $days } { $days ->
    [one] Tag
   *[other] Tagen
 } teilen. Wenn Du jetzt jemanden brauchst, sag { $prefix }krise. Was Du eben geschrieben hast, vergesse ich nach einer halben Stunde; kopier es, wenn Du es behalten möchtest.
no-pictures = Bilder lassen sich hier nicht teilen. Deine Worte schon.
picture-kind = Ich nehme Bilder als JPEG, PNG und WebP. Dieses kann ich nicht lesen und habe es nicht aufgehoben.
picture-large = Dieses Bild ist mir zu groß. Bis zu 8 MB passen.
preview-gone = Das ist nicht mehr offen: Es wurde gesendet, weggeworfen, oder eine halbe Stunde ist um. Es passiert nichts mehr damit.
no-such-code = Unter diesem Code finde ich hier nichts. Schau ihn bitte Zeichen für Zeichen an; vielleicht wurde es entfernt.
code-tries = Das war ein paarmal nicht der Code. Warte bitte { $minutes } Minuten und versuch es dann noch einmal.
stale-panel = Was ich Dir damals gezeigt habe, öffnet es nicht mehr. Dein Code schon: { $prefix }mein-geteiltes
just-going-out = Es geht gerade in diesem Augenblick hinaus. Versuch es bitte in einer Minute noch einmal.
added-enough = Du hast { $most }-mal etwas ergänzt, mehr passt nicht. Ändern kannst Du, was dort steht.
added-long = Zusammen ist das zu lang, um es zu zeigen. Mach es bitte kürzer.
not-now = Das geht damit gerade nicht.
reviewed-first = Hier liest die Moderation vorher mit, deshalb lässt sich nichts mehr ändern. Entfernen kannst Du es.
appealed = Die Moderation ist schon gefragt. Sobald sie antwortet, sage ich es Dir.
replies-closed = Dort werden keine Antworten mehr angenommen.
just-arrived = Das ist gerade erst gekommen. Versuch es bitte gleich noch einmal.
no-such-share = Das ist nicht mehr da.
no-such-handle = Unter diesem Namen finde ich hier nichts. Er steht unter dem Geteilten, etwa „Ahorn 7“.
not-a-share = Das wurde nicht ohne Namen geteilt.
decided-already = Das ist schon entschieden.
voice-over = Es lässt sich verdecken, aber die Stimme nicht mehr stummschalten: Womit das ginge, ist nach seiner Zeit zerstört.

stays-voice = Womit die Moderation eine Stimme stummschalten kann, die etwas ohne Namen geteilt hat, und Stummschaltungen: versiegelt, zu nichts anderem gut.

kept-title = Teilen ohne Namen
kept-agreed = Dass Du gelesen hast, was fürs Teilen gilt, seit welchem Tag, und die Themen, die Du lieber nicht liest. Bis Du es löschst. Niemand sonst sieht es.
kept-waiting = Was Du gerade schreibst: eine halbe Stunde lang. Was darauf wartet herauszukommen, und wo Du dazu zu erreichen bist: bis es draußen ist, Du es kappst oder ein Monat um ist. Wolltest Du von Antworten hören: bis Du das beendest. Niemand sieht, wessen es ist, auch nicht die Moderation, und in keiner Sicherung steht es.
kept-shares = Geteiltes, das in seinem Raum steht: so lange, wie die Gemeinschaft es festgelegt hat, oder bis es mit seinem Code entfernt wird. Es ist mit niemandem verbunden, deshalb bleibt es auch, wenn ich Dich vergesse.
kept-voices = Der Name, den Deine Stimme in einem Thread hat, und was Du dort angetippt hast: bis das Geteilte geht oder Du es löschst. Ohne das Geheimnis des Threads gehören sie niemandem.
kept-handles = Eine festgelegte Zeit lang (30 Tage, wenn die Gemeinschaft nichts anderes gewählt hat) etwas Versiegeltes zu jedem Geteilten und jeder Antwort, mit dem die Moderation die Stimme stummschalten kann, ohne zu erfahren, wessen sie ist; und Stummschaltungen, bis sie enden. Mehr können sie nicht, und sie bleiben bis zu ihrem Tag, auch wenn ich Dich vergesse.

# Was am Teilen in einem Profil nicht stimmt.

finding-least = least ist { $length }
finding-narrow = ist { $least } bis { $most }
finding-most = most ist { $length }
finding-one-time = öffnet und schließt zur selben Zeit
finding-theme-twice = nennt ein Thema zweimal
want-least = mindestens 1m: Die Verzögerung verbirgt, von wem es ist
want-wide = most mit 10m oder mehr, und mindestens neun Minuten über least: Der Moment darf sich nicht erraten lassen
want-most = höchstens 2d
want-two-times = zwei verschiedene Zeiten; für den ganzen Tag lass hours weg
want-each-theme-once = jedes Thema einmal
setting-hours-opens = ab wann, zum Beispiel 08:00
setting-hours-closes = bis wann, zum Beispiel 22:00
