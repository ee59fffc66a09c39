### page

tokens-count = { $count ->
    [one] { $shown } Token
   *[other] { $shown } Tokens
}

# The engine's life.
engine-starting = Die Engine startet…
engine-restarting = Eine frische Engine startet…
engine-off = Die Engine ist aus.
engine-start-again = Neu starten
engine-reload = Seite neu laden
engine-silent = sie antwortet seit einigen Sekunden nicht
engine-no-buffer = es ist kein Puffer
engine-not-loaded = ihr Programm konnte nicht geladen werden
engine-no-workers = dieser Browser startet hier keine Worker
death-restarting = Die Engine ist stehen geblieben ({ $reason }). Eine frische startet…
death-over = Die Engine ist stehen geblieben ({ $reason }). Eine frische hat übernommen; es ist nichts verloren.
death-getting-ready = Die Engine ist stehen geblieben ({ $reason }). Eine frische macht sich bereit.
death-again = Die Engine ist wieder und wieder stehen geblieben ({ $reason }). Text und Tokens sind noch da.

# The model's strip.
model-region = Modell
model-progress-label = Das Modell wird geladen
model-looking = Das Modell wird gesucht…
model-absent = Das Modell ist nicht da.
model-try-again = Noch einmal
model-not-loaded = Das Live-Modell ist noch nicht geladen.
model-nameless = das Modell
model-load = { $model } laden ({ $size })
model-offer = { $quantization }{ $licence }. Es läuft auf diesem Gerät und schreibt Englisch; kein Text verlässt es.{ $kept }
model-licence = , Lizenz { $licence }
model-kept = {" "}{ $size } davon sind schon hier.
model-unkept = Die Gewichte lassen sich hier nicht aufbewahren: Jeder Besuch lädt die { $size } neu herunter.
model-loading = { $model } wird geladen…
model-progress = { $received } von { $total } ({ $percent } %){ $cached }
model-from-cache = , { $megabytes } MB aus dem Cache dieses Browsers
model-cancel = Abbrechen
model-ready = { $model } ist bereit.
model-ready-details = { $quantization } · { $layers } Schichten · kennt { $vocabulary } Tokens · Fenster von { $window } Tokens · { $size }{ $memory }
model-back = Zurück zu { $model }
model-back-nameless = Zurück zum Modell der Seite
model-memory = {" "}· { $size } Speicher
# Where several frames on a page have one engine.
model-memory-shared = {" "}· { $size } Speicher für alle Rahmen hier

# The prompt.
prompt-label = Prompt
prompt-reset = Prompt zurücksetzen
prompt-hint = Ein neuer Text beginnt einen neuen Kontext. SmolLM2 kann Englisch.
prompt-needs-model = Ein eigener Text braucht das Live-Modell. Unten steht der aufgezeichnete Lauf.
prompt-refused = Keine Tokens für diesen Text. { $why }

# The run.
run-region = Erzeugen
run-speed = Tempo
run-draw-again = Neu ziehen
run-undo = Rückgängig
run-back = Zurück zum Prompt
run-rate-unit = Tokens/s
run-engine = Engine { $milliseconds } ms für { $computed } berechnet, { $kept } behalten
run-engine-idle = Engine –
pace-fast = so schnell es geht
pace-four = 4 pro Sekunde
pace-one = 1 pro Sekunde
run-running = Es läuft: Jedes neue Token kommt in den Kontext und wird Eingabe.
run-reading = Gelesen: { $done } von { $total } Tokens…
run-end-of-text = Das Modell hat seinen Text mit { $token } beendet. Rückgängig machen oder ein anderes Token wählen.
run-limit = Angehalten: max_new = { $most } Tokens sind erzeugt. „Start“ macht noch einmal so viele.
run-breakpoint = An einem Haltepunkt im Code angehalten. „Start“ geht von dort weiter.
run-beyond-record = Diesen Weg nimmt der aufgezeichnete Lauf nicht. Weiter geht es mit dem Live-Modell.
run-stopped = Angehalten.
run-engine-dead = Die Engine oben neu starten, um weiterzumachen. Die Tokens bleiben erhalten.
run-engine-outdated = Die Seite neu laden, um weiterzumachen. Der Text bleibt erhalten.
run-engine-crashed = Gleich ist eine frische Engine da. Die Tokens bleiben erhalten.
run-failed = { $why } „Nächstes Token“ versucht es noch einmal.
run-window-full = Angehalten: Das Kontextfenster ist voll. Ein weiteres Token schiebt das erste aus dem Blick.
run-load-first = Zuerst das Modell laden.
run-write-first = Zuerst etwas schreiben: Das Modell braucht mindestens ein Token zum Weiterschreiben.
run-computing = Die Logits werden berechnet…
run-drawn = Das nächste Token ist gezogen. „Nächstes Token“ hängt es an.

# What a screen reader says.
said-running = Läuft.
said-run = { $count ->
    [one] Ein Token: { $text }. { $why }
   *[other] { $shown } Tokens: { $text }. { $why }
}
said-moved = Der Text endet jetzt mit { $token }.
said-prompt = Zurück beim Prompt.
said-end-of-text = { $token }: das Ende des Textes.
said-chosen = { $token }, { $probability }, selbst gewählt
said-drawn = { $token }, { $probability }, Rang { $rank }
spoken-percent = { $percent } Prozent
spoken-percent-below = weniger als { $percent } Prozent
spoken-percent-above = mehr als { $percent } Prozent
spoken-bytes = Bytes { $bytes }
spoken-line-break = Zeilenumbruch
spoken-tab = Tabulator
spoken-space = Leerzeichen
spoken-comma = Komma
spoken-full-stop = Punkt
spoken-question-mark = Fragezeichen
spoken-exclamation-mark = Ausrufezeichen
spoken-colon = Doppelpunkt
spoken-semicolon = Semikolon
spoken-dash = Strich
spoken-quotation-mark = Anführungszeichen
spoken-apostrophe = Apostroph
spoken-bracket = Klammer
token-control = Steuertoken
token-numbered = Token { $id }
not-a-number = keine Zahl

# How a token came into the context.
origin-given = Teil des Prompts
origin-chosen = selbst gewählt; das Modell gab ihm { $probability }
origin-drawn = gezogen, Rang { $rank }; das Modell gab ihm { $probability }
origin-altered = aus selbst geänderten Logits gezogen, Rang { $rank }; das Modell gab ihm { $probability }

# The link to the page in another language, where that is the one chosen last.
language-chosen = {" "}(zuletzt gewählt)

# The colours.
theme-legend = Farben
theme-auto = Auto
theme-light = Hell
theme-dark = Dunkel

# A model from the reader's own files.
open-file = Datei öffnen…
open-folder = Ordner öffnen…
open-file-count = { $count } Dateien
drop-here = Die Dateien eines Modells hier ablegen: ein GGUF oder einen Ordner
new-model-reading = Was { $files } enthält, wird gelesen…
new-model-described = Das ist in { $files }. Noch ist nichts ersetzt.
new-model-offered = { $size } müssen zuerst geholt werden. Noch ist nichts ersetzt.
new-model-unread = Ausgelassen, weil der Browser es nicht lesen kann: { $names }.
new-model-folders = Gelesen werden nur die eigenen Dateien eines Ordners, nicht die der Ordner darin: { $names }.
new-model-loading = Die Gewichte werden gelesen, { $percent }. Das jetzige Modell bleibt, bis sie da sind.
new-model-refused = Es lässt sich nicht öffnen. Das jetzige Modell bleibt, wie es ist.
new-model-use = Dieses Modell verwenden
new-model-keep = Das jetzige behalten
fact-architecture = Architektur
fact-layers = Schichten
fact-heads = Köpfe
fact-heads-grouped = { $heads } auf { $keys } Schlüssel-Wert-Köpfe
fact-width = Breite
fact-ffn = Feed-Forward-Breite
fact-vocabulary = Vokabular
fact-window = Kontext
fact-tokens = { $count } Tokens
fact-quantization = Quantisierung
fact-positions = Positionen
fact-positions-learned = gelernt
fact-positions-rotary = rotierend, Basis { $base }
fact-norm = Norm
fact-activation = Aktivierung
fact-head = Ausgabekopf
fact-head-tied = die Einbettung
fact-head-own = ein eigener
fact-size = Größe
fact-licence = Lizenz
fact-memory = Speicher
fact-about = etwa { $size }
