# Befinden. Jede Zeile kann jemand lesen, dem es schlecht geht: schlicht, warm, kurz, nie ein Urteil.

choice-mood-very-heavy = sehr schwer
choice-mood-heavy = schwer
choice-mood-between = dazwischen
choice-mood-lighter = etwas leichter
choice-mood-light = leicht
choice-seen-private = Nur ich
choice-seen-group = Die Gruppe, unter meinem Namen
choice-period-week = Woche
choice-period-month = Monat
choice-period-year = Jahr
choice-span-week = Letzte Woche
choice-span-four-weeks = Vier Wochen

form-today = Wie ist es?
form-today-mood = Wie ist es gerade?
form-today-note = Ein paar Worte, wenn Du magst
    .help = Bis zu 1.000 Zeichen. Du kannst das leer lassen.
form-today-seen = Wer darf es sehen?
    .help = Die Gruppe sieht es in diesem Raum.
form-words = Ein paar Worte dazu
form-words-note = Was Du dazu sagen möchtest
    .help = Bis zu 1.000 Zeichen. Nur Du siehst es.

kept = Festgehalten, nur für Dich: { $mood }.
kept-shared = Festgehalten: { $mood }. Ich stelle es jetzt unter Deinem Namen in den Raum.
changed = Geändert: { $mood }.
words-kept = Deine Worte sind mit festgehalten.
shared-now = Ich stelle es jetzt unter Deinem Namen in den Raum. Nimmst Du es später zurück, nehme ich auch die Nachricht weg.
taken-back = Zurückgenommen. Es ist weg.
taken-back-removed = Zurückgenommen. Ich habe es vergessen, und die Nachricht im Raum geht weg.
taken-back-shared = Zurückgenommen. Ich habe es vergessen. Falls die Nachricht schon im Raum steht, bleibt sie dort; die Moderation kann sie entfernen.
missed-not-delivered = Ich konnte Deinen Eintrag nicht in den Raum stellen. Dort hat es niemand gesehen; er ist festgehalten, nur für Dich.
missed-unknown = Ich wollte Deinen Eintrag in den Raum stellen und weiß nicht, ob er angekommen ist. Bitte sieh nach; ist er nicht da, kannst Du ihn noch einmal zeigen.
no-such-entry = Ich finde das nicht unter Deinen Einträgen. Vielleicht ist es schon weg.
cannot-share = Teilen geht hier nicht. Niemand hat etwas gesehen.
shared = { $name } teilt, wie es ist: { $mood }
shared-words = In eigenen Worten
somebody = Jemand von hier

button-more-words = Mehr Worte
button-add-words = Worte dazu
button-share = Der Gruppe zeigen, unter meinem Namen
button-take-back = Zurücknehmen
button-stop = Damit aufhören

prompt-footer = Deine Antwort siehst nur Du. Nicht zu antworten ist völlig in Ordnung.
no-questions = Es gibt nichts zu fragen.

history = Wie es Dir ging, vom { $first } bis zum { $last }. Nur Du siehst das.
history-empty = Aus dieser Zeit ist nichts da, und das ist in Ordnung. Du kannst jederzeit etwas festhalten, wenn Du möchtest.
history-when = Wann
history-mood = Wie es war
history-note = Worte
history-line = { $mood } · { $note }
history-picture = Ein Punkt für jeden Eintrag vom { $first } bis zum { $last }. Die Liste darunter nennt jeden in Worten.
history-picture-all = Ein Punkt für jeden Eintrag vom { $first } bis zum { $last }. { $entries }

reminder-set = Ich schreibe Dir um { $at } Uhr ({ $zone }): { $days }. Du kannst das jederzeit beenden.
reminder-set-paused = Deine Erinnerung schweigt gerade. Eingestellt ist { $at } Uhr ({ $zone }): { $days }.
reminder-none = Du hast hier keine Erinnerung. Wenn Du eine möchtest, nenne mir eine Uhrzeit, zum Beispiel: { $prefix }erinnerung 19:00
reminder-stopped = Beendet. Ich schreibe Dir nicht mehr von mir aus.
reminder-asks = Du wolltest, dass ich mich jetzt kurz melde. Wie ist es?
paused = Deine Erinnerung schweigt, bis Du { $prefix }weiter sagst.
paused-days = Deine Erinnerung schweigt { $days ->
    [one] einen Tag
   *[other] { $days } Tage
  } lang.
resumed = Deine Erinnerung kommt wieder.
time-missing = Um wie viel Uhr? Zum Beispiel 19:00.
time-unclear = Diese Uhrzeit konnte ich nicht lesen. Bitte so: 19:00 oder 19 Uhr.
days-unclear = Diese Tage konnte ich nicht lesen. Bitte so: Mo, Do oder jeden Tag.
zone-unclear = Diese Zeitzone kenne ich nicht. Eine große Stadt in Deiner Nähe hilft, zum Beispiel Berlin oder Europe/Berlin.
days-out-of-range = Bitte nenne eine Zahl von Tagen zwischen 1 und { $most }.
days-every = jeden Tag
days-weekdays = Montag bis Freitag
days-weekend = Samstag und Sonntag
day-1 = Montag
day-2 = Dienstag
day-3 = Mittwoch
day-4 = Donnerstag
day-5 = Freitag
day-6 = Samstag
day-7 = Sonntag

no-group-here = In diesem Raum trifft sich keine Gruppe. Bitte nutze das dort, wo sich die Gruppe trifft.
prompts-paused = Die Fragen für „{ $group }“ schweigen, bis Du sie wieder anschaltest.
prompts-paused-days = Die Fragen für „{ $group }“ schweigen { $days ->
    [one] einen Tag
   *[other] { $days } Tage
  } lang.
prompts-resumed = Die Fragen für „{ $group }“ kommen wieder.
picture = { $group }, { $first } bis { $last }, ungefähr:
picture-none = { $group }, { $first } bis { $last }: Davon gibt es kein Bild. Es entsteht erst, wenn mindestens { $people } Menschen etwas gesagt haben und niemand darin zu finden wäre.
picture-share = Ungefähr wie viel
picture-footer = Nur ganze Wochen, jeder Mensch zählt einmal, und es bleibt, wie es ist. Bitte behaltet es unter Euch, die Ihr die Gruppe begleitet.
share-few = wenig oder nichts
share-some = einiges
share-half = etwa die Hälfte
share-most = das meiste

command-checkin = Sag mit einem Tippen oder ein paar Worten, wie es ist. Nur Du siehst es, außer Du willst es anders.
    .name = befinden
command-history = Schau auf Deine eigenen Einträge zurück: ein Bild und eine Liste, nur für Dich.
    .name = verlauf
command-history-period = Wie weit zurück
    .name = zeitraum
command-reminder = Lass Dich zu einer eigenen Zeit per Direktnachricht fragen, wie es ist. Ohne Uhrzeit: was gilt.
    .name = erinnerung
command-reminder-at = Die Uhrzeit, zum Beispiel 19:00
    .name = um
command-reminder-days = An welchen Tagen; jeden Tag, wenn Du nichts angibst
    .name = tage
command-reminder-zone = Deine Zeitzone; die der Gemeinschaft, wenn Du nichts angibst
    .name = zone
command-pause = Lass Deine Erinnerung schweigen, einige Tage oder bis Du weitermachst. Niemand fragt, warum.
    .name = pause
command-pause-days = Für wie viele Tage; bis Du weitermachst, wenn Du nichts angibst
    .name = tage
command-resume = Lass Deine Erinnerung wieder kommen.
    .name = weiter
command-prompts-pause = Lass die Fragen in diesem Raum schweigen, einige Tage oder bis Du sie wieder anschaltest.
    .name = pause
command-prompts-pause-days = Für wie viele Tage; bis Du sie wieder anschaltest, wenn Du nichts angibst
    .name = tage
command-prompts-resume = Lass die Fragen in diesem Raum wieder kommen.
    .name = weiter
command-prompts-picture = Sieh ungefähr, wie es der Gruppe ging, wenn genug Menschen etwas gesagt haben.
    .name = bild
command-prompts-picture-period = Aus welcher Zeit
    .name = zeitraum
group-prompts = Die Fragen, die in diesem Raum wiederkehren
    .name = fragen

kept-checkins = Deine Einträge: wann, wie es war, Deine Worte, wenn Du welche geschrieben hast, und in welcher Gruppe; hast Du einen der Gruppe gezeigt, in welcher Nachricht. Sie sind da, damit Du zurückschauen kannst, bis Du sie zurücknimmst oder löschst, höchstens zwei Jahre. In der Gemeinschaft siehst nur Du sie; wer die Gruppe begleitet, kann ein ungefähres Bild einer ganzen Gruppe sehen, ab mehreren Menschen, in dem niemand zu finden ist. Bilder, die es schon gibt, bleiben, denn sie nennen niemanden.
kept-reminder = Deine Erinnerung, wenn Du eine wolltest: Uhrzeit, Tage und Dein Konto, damit ich Dir schreiben kann. Sie bleibt, bis Du sie beendest oder löschst. Sonst sieht sie niemand.

kept-title = Check-ins

# Was an den Check-ins eines Profils nicht stimmt.

finding-length = ist { $length }
finding-no-time = hat keine Zeit
finding-both-times = hat beides, at und cron
finding-word-twice = nennt ein Wort zweimal
finding-id-twice = hat zwei Check-ins mit derselben ID
want-a-day-most = höchstens ein Tag
want-one-time = eine Uhrzeit (at) oder eine Zeile cron, und nur eins von beiden
want-five-words = fünf verschiedene Wörter
want-own-id = für jeden eine eigene ID
want-questions = eine Fragensammlung aus data/prompts
setting-prompt-id = sein Kurzname, der sich nie ändert
