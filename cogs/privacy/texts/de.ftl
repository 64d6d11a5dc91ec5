# Was aufgehoben wird, offen gesagt. Nichts hier darf mehr versprechen, als stimmt.

choice-what-about = Was aufgehoben wird
choice-what-export = Als Datei mitnehmen
choice-what-erase = Löschen

about = Das hebe ich über Dich auf, warum, wie lange, und wer es sehen kann. Es steht für alle gleich da, ob Du etwas davon benutzt hast oder nicht.
always-name = In jedem Fall
always = In welchen Gemeinschaften auf Hearth ich Dir begegnet bin, unter Deinem Konto, damit ich Dir direkt antworten und auf Deinen Wunsch alles löschen kann. Was Du in ein Formular schreibst, das nicht gespeichert werden konnte: 30 Minuten lang. Alles liegt verschlüsselt in der Datenbank.
operator-name = Wer diesen Bot betreibt
operator = hat den Schlüssel zur Datenbank und könnte mit etwas Aufwand lesen, was aufgehoben ist. Wer nur die Datei der Datenbank hat, erfährt weder wer noch was, nur wann und wie viel.
moderators-name = Moderation und Begleitung
moderators = sehen nichts von dem, was Du privat antwortest. Was Du einem Raum zeigst, sehen alle im Raum.
platform-name = Discord, Matrix und andere
platform = Der Dienst, auf dem Du schreibst, befördert jede Nachricht zwischen Dir und mir und bewahrt sie nach eigenen Regeln auf. In verschlüsselten Matrix-Räumen sieht er, dass wir schreiben, aber nicht, was.
contact = Fragen? { $contact }

button-export = Gib es mir als Datei
button-erase = Alles löschen
button-erase-now = Ja, alles löschen
button-export-first = Erst eine Datei davon

export = Hier ist alles, was ich über Dich aufhebe, aus jeder Gemeinschaft und aus jedem Teil von mir. Nur Du siehst das; bewahre es sicher auf.
export-partly = Hier ist, was ich über Dich aufhebe, aus jeder Gemeinschaft, aber ein Teil fehlt: { $missing }. Das konnte ich gerade nicht lesen. Versuch es bitte später noch einmal; fehlt es dann immer noch, sag der Person Bescheid, die diesen Bot betreibt. Nur Du siehst das; bewahre es sicher auf.
export-alt = Eine JSON-Datei mit allem, was über Dich aufgehoben ist

erase = Das löscht, was ich über Dich aufhebe, in all diesen Gemeinschaften, und lässt sich nicht rückgängig machen. Deine Mitgliedschaften und Nachrichten beim Dienst selbst bleiben unberührt.
erase-where = In
erase-stays-name = Was bleibt
erase-stays = Nachrichten in einem Raum bleiben dort stehen. Auch was Du ohne Namen geteilt hast, bleibt: Nur der Code der Quittung entfernt es. Ungefähre Bilder ganzer Gruppen bleiben; sie nennen niemanden. Ältere Sicherungen können das Gelöschte noch enthalten, bis sie selbst gelöscht sind. Wird eine zurückgespielt, wird es wieder gelöscht; dafür bleibt ein versiegelter Vermerk, dass Du es wolltest.
erase-until-name = Was eine Zeit lang bleibt
erase-until = • { $what } Das ist weg nach dem { $until }.
everywhere = Überall, wo ich Dich kenne
erased = Erledigt. Was ich über Dich aufgehoben hatte, ist gelöscht, bis auf das, was bleibt, wie ich Dir gesagt habe. Du bist hier jederzeit willkommen.
erasing = Ich lösche, was ich über Dich aufgehoben hatte, bis auf das, was bleibt, wie ich Dir gesagt habe. Es wird ab jetzt nicht mehr benutzt, und die letzten Spuren in den Dateien sind in Kürze weg.

command-privacy = Sieh, was ich über Dich aufhebe, nimm es als Datei mit oder lass es löschen. Nur Du siehst das.
    .name = datenschutz
command-privacy-what = Was Du möchtest
    .name = was

gathering = Ich suche alles zusammen. Das kann einen Moment dauern.
