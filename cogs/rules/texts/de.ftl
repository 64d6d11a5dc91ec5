# Regeln und was daraus wurde. Wer das liest, fühlt sich vielleicht ertappt: schlicht, warm, kurz, nie ein Urteil.

choice-what-read = Was wir hier vereinbart haben
choice-what-mine = Was zu mir geschehen ist

form-appeal = Noch einmal ansehen
form-appeal-words = Was soll noch einmal angesehen werden?
    .help = Bis zu 1.000 Zeichen. Die Moderation liest es.
form-reason = Warum?
form-reason-why = Warum? Du kannst das leer lassen
    .help = Bis zu 500 Zeichen. Die Person kann es lesen.
form-worry = Die Moderation bitten, hinzusehen
form-worry-why = Was macht Dir Sorgen? Du kannst es weglassen
    .help = Bis zu 500 Zeichen. Die Moderation liest es, ohne Deinen Namen.

agreement = Das haben wir hier vereinbart. Du kannst es jederzeit wieder lesen.
agreement-agreed = Das haben wir hier vereinbart. Du hast zugestimmt. Ändert sich ein Wort davon, zeige ich es Dir noch einmal.
agreement-changed = Die Vereinbarung hat sich geändert, seit Du sie geöffnet hast. Bitte sag { $prefix }regeln und lies sie noch einmal.
no-agreement = Darauf achte ich hier.
no-rules = Hier sind keine Regeln aufgeschrieben. Bitte seid gut zueinander.
part = { $number } von { $of }
rules-say = Was ich sage, wenn etwas nicht passt
agreed = Danke. Das ist festgehalten, und niemand sonst sieht es.

mine = Das ist hier zu etwas geschehen, das Du geschrieben hast, und warum. Nur Du und die Moderation können es sehen.
mine-none = Zu nichts, was Du geschrieben hast, ist hier etwas geschehen.
mine-title = Nummer { $number }, { $when }
own-rule = Eine Regel dieser Gemeinschaft ({ $rules }) führte zu: { $done }.
own-done = { $done }.
own-done-why = { $done }: { $why }
until = { $what } bis { $when }
talk-to = Wenn Du darüber sprechen möchtest: { $who }.
talk-to-moderators = Wenn Du darüber sprechen möchtest, ist die Moderation für Dich da. Noch einmal angesehen wird es von jemandem, der daran nicht beteiligt war, wenn es so jemanden gibt.
appealed = Danke. Die Moderation sieht es sich noch einmal an, und Du erfährst, was dabei herauskommt.
appealed-already = Du hast hierzu schon um einen zweiten Blick gebeten. Es kommt jemand dazu.
appeal-came = Jemand bittet um einen zweiten Blick auf Nummer { $number }. Entscheiden kann, wer daran nicht beteiligt war: { $prefix }moderation fall { $number }
nudges-refused = Ich schreibe Dir nicht mehr wegen Regeln. Wird eine Nachricht von Dir zurückgehalten, sage ich es Dir trotzdem.
nudges-wanted = Ich sage es Dir in einer Direktnachricht, wenn etwas nicht passt, je Regel höchstens einmal am Tag.
news = Es gibt etwas Neues zu etwas, das Du geschrieben hast.

button-agree = Ich stimme zu
button-mine = Was zu mir geschehen ist
button-appeal = Um einen zweiten Blick bitten
button-no-nudges = Keine Hinweise mehr
button-nudges = Wieder Hinweise bekommen
button-case = Nummer { $number }
button-grant = Die Person hat recht
button-uphold = Es bleibt, wie es war
button-put-back = Zurückstellen
button-take-away = Endgültig wegnehmen
button-lift = Aufheben, was gilt
button-take-over = Ich übernehme das
button-close = Nichts weiter zu tun
button-note = Notiz
button-more-about = Mehr zu dieser Person

record = { $count ->
    [one] Ein Fall
   *[other] { $count } Fälle
  }, die neuesten zuerst.
record-none = So etwas steht nicht im Verzeichnis.
record-title = { $number } · { $name } · { $when }
record-line = { $rules }: { $done }. { $state }
state-waits = Es wartet auf die Moderation.
state-appeal = Um einen zweiten Blick wird gebeten.
state-done = Nichts wartet.
case = Nummer { $number }, zu { $name }. Aufbewahrt bis { $until }.
case-holder = { $name } kümmert sich darum.
case-free = Noch kümmert sich niemand darum.
in-force = Was gilt
entry-title = { $done } · { $when }
entry-title-by = { $done } · { $when } · { $name }
entry-rules = { $rules }: { $done }
entry-escalated = Das war einer von mehreren Hinweisen in der Zeit, die das Profil nennt.
entry-room = Raum: { $room }
entry-words = „{ $words }“
entry-why = Warum: { $why }
entry-to = An: { $name }
handed = Nummer { $number } liegt jetzt bei jemand anderem aus der Moderation.
handed-to-somebody = Für Nummer { $number } wird jemand anderes gesucht: { $prefix }moderation fall { $number }

told-held = Was Du eben geschrieben hast, ist zurückgehalten, bis die Moderation es angesehen hat. Es geht um die Worte, nicht um Dich.
told-taken = Was Du eben geschrieben hast, ist weggenommen. Es geht um die Worte, nicht um Dich.
told-hint = Ein Wort zu dem, was Du eben geschrieben hast, nur für Dich.
flagged = Danke. Die Moderation sieht es sich an. Niemand erfährt, dass Du es warst.
flag-came = Jemand bittet Euch, eine Nachricht anzusehen: Nummer { $number }.
flag-came-own = Jemand bittet Euch, eine Nachricht anzusehen, die ich in { $room } gestellt habe.
case-came = Etwas wartet auf die Moderation: Nummer { $number }.

no-such-case = Diese Nummer finde ich hier nicht. Vielleicht ist ihre Zeit um.
own-case = Hier geht es um Dich, deshalb entscheidet jemand anderes aus der Moderation.
nothing-to-lift = Dort gilt nichts mehr.
no-appeal = Dort wartet keine Bitte um einen zweiten Blick.
second-moderator = Du warst hieran beteiligt, und es gibt noch jemanden in der Moderation: Bitte überlass den zweiten Blick dieser Person. Nach einer Woche können alle entscheiden.

action-suggest = ein Vorschlag
action-nudge = ein Hinweis
action-fold = unter einer Warnung verborgen
action-hold = zurückgehalten, bis die Moderation es angesehen hat
action-remove = weggenommen
action-slow = langsamer schreiben
action-time-out = eine Schreibpause
action-report = für die Moderation festgehalten
action-ask = die Moderation wurde gefragt

done-rule = Eine Regel
done-flag = Jemand bat die Moderation, hinzusehen
done-note = Eine Notiz
done-put-back = Die Moderation hat es zurückgestellt
done-taken-away = Die Moderation hat es endgültig weggenommen
done-lift = Die Moderation hat es aufgehoben
done-taken-over = Jemand aus der Moderation hat das übernommen
done-handed-over = Weitergegeben
done-closed = Die Moderation hat es abgeschlossen
done-appeal = Um einen zweiten Blick wurde gebeten
done-granted = Der zweite Blick ergab: Du hast recht
done-upheld = Der zweite Blick ergab: Es bleibt, wie es war

command-rules = Lies, was hier vereinbart ist, oder sieh, was zu Dir geschehen ist. Nur Du siehst es.
    .name = regeln
command-rules-what = Was Du sehen möchtest
    .name = was
command-moderation-record = Sieh, was Regeln und Moderation getan haben: alles, eine Person, eine Regel, oder was wartet.
    .name = verzeichnis
command-moderation-record-about = Nur eine Person
    .name = person
command-moderation-record-rule = Nur eine Regel, mit ihrem Kurznamen
    .name = regel
command-moderation-record-waiting = Nur was auf die Moderation wartet
    .name = wartend
command-moderation-case = Sieh alles zu einem Fall und entscheide.
    .name = fall
command-moderation-case-number = Die Nummer des Falls
    .name = nummer
command-moderation-lift = Beende, was in einem Fall gilt: Die Person kann wieder schreiben.
    .name = aufheben
command-moderation-lift-number = Die Nummer des Falls
    .name = nummer
command-moderation-lift-why = Warum; die Person kann es lesen
    .name = warum
command-moderation-note = Schreib eine Notiz in einen Fall. Die Person kann sie lesen, wenn sie ihre Daten abruft.
    .name = notiz
command-moderation-note-number = Die Nummer des Falls
    .name = nummer
command-moderation-note-words = Die Notiz, bis zu 500 Zeichen
    .name = worte
command-moderation-hand-over = Überlass einen Fall jemand anderem: einer Person, oder wer ihn nimmt.
    .name = weitergeben
command-moderation-hand-over-number = Die Nummer des Falls
    .name = nummer
command-moderation-hand-over-to = An wen; leer für alle, die ihn nehmen möchten
    .name = an
command-moderation-hand-over-why = Warum
    .name = warum
group-moderation = Was Regeln und Moderation getan haben, und was zu entscheiden ist
    .name = moderation

kept-title = Regeln und Moderation
kept-record = Was eine Regel oder die Moderation zu etwas getan hat, das Du geschrieben hast, wann und warum, und was Du geantwortet hast: damit es für alle gleich ist und noch einmal angesehen werden kann. Die Moderation der Gemeinschaft sieht es. Es geht nach der Zeit, die die Gemeinschaft gewählt hat (180 Tage, wenn sie nichts anderes sagt). Was noch gilt, bleibt, bis es endet, auch wenn Du alles andere löschst. Wenn Du moderierst: dass Du es warst; beim Löschen verschwindet Dein Name daraus.
kept-agreement = Dass und wann Du der Vereinbarung zugestimmt hast, und ob Du Hinweise in Direktnachrichten möchtest: bis Du es löschst. Niemand sonst sieht es.

command-flag = Bitte die Moderation, eine Nachricht anzusehen. Niemand erfährt, dass Du es warst.
    .name = melden
    .menu = Der Moderation melden
command-flag-message = Die Nachricht
    .name = nachricht
