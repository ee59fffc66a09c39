### pipeline

pipeline-title = Ein Schritt, Stufe für Stufe
pipeline-stages = Die sechs Stufen eines Schritts
pipeline-step = Weiter
pipeline-where = Stufe { $number } von 6: { $stage }. „Weiter“ geht zu { $next }.
pipeline-where-last = Stufe { $number } von 6: { $stage }. „Weiter“ hängt das Token an.

# The stages.
pipeline-context = Kontext
pipeline-context-caption = alle Tokens bisher
pipeline-embedding = Einbettung
pipeline-embedding-caption = Tokens werden Vektoren
pipeline-transformer = Transformer
pipeline-transformer-caption = Aufmerk{"\u00AD"}samkeit und FFN
pipeline-logits = Logits
pipeline-logits-caption = eine Bewertung je Token
pipeline-softmax = Softmax
pipeline-softmax-caption = Zahlen mit Summe 1
pipeline-sampling = Ziehung
pipeline-sampling-caption = ein Token wird gezogen

# What each stage has done, for the ear.
pipeline-heard-context = { $count ->
    [one] Kontext: bisher ein Token.
   *[other] Kontext: bisher { $shown } Tokens.
}
pipeline-heard-embedding = Embedding: Aus dem letzten Token, { $token }, ist ein Vektor von { $width } Zahlen geworden.
pipeline-heard-transformer = Transformer: { $layers } Schichten mit je { $heads } Köpfen haben hineingemischt, was davor steht.
pipeline-heard-logits = Logits: { $all } Punktzahlen, eine für jedes Token. Die höchste ist { $logit }, für { $token }.
pipeline-heard-softmax = Softmax: Aus den Punktzahlen sind Wahrscheinlichkeiten geworden. { $token } hat { $probability }; die Entropie ist { $bits } Bit.
pipeline-heard-sampling = Ziehung: Die Münze { $u } fällt auf { $token }, das eine Chance von { $probability } hatte.
pipeline-heard-chosen = Ziehung: { $token } kommt als Nächstes; es wurde keine Münze geworfen.

# What several stages say.
pipeline-position = Position
pipeline-token = Token
pipeline-tokens = Tokens
pipeline-id = ID
pipeline-rank = Rang
pipeline-logit = Logit
pipeline-probability = Wahrschein{"\u00AD"}lichkeit
pipeline-entropy = Entropie
pipeline-weight = Gewicht
pipeline-sum = Summe
pipeline-min = Kleinster
pipeline-max = Größter
pipeline-mean = Mittel
pipeline-norm = Länge (L2-Norm)
pipeline-bits = { $bits } Bit
pipeline-layer = Schicht
pipeline-head = Kopf
pipeline-unnamed = in der Aufzeichnung ohne Namen
pipeline-inside-waiting = Wird berechnet…
pipeline-inside-running = Den Lauf anhalten, um hineinzusehen.
pipeline-inside-missing = Die Aufzeichnung hat das nicht. Das Live-Modell hat es.
pipeline-inside-ended = Der Text ist zu Ende. Ein Token rückgängig machen, um hineinzusehen.
pipeline-not-available = Nicht verfügbar: Diese Engine beantwortet das nicht.

# Context.
pipeline-context-tokens = Was das Modell liest
pipeline-context-origin = Wie es hierherkam
pipeline-context-folded = { $count ->
    [one] … { $shown } früheres Token
   *[other] … { $shown } frühere Tokens
}
pipeline-context-unseen = außerhalb des Fensters: Das Modell sieht es nicht
pipeline-context-window = Das Kontextfenster
pipeline-context-used = { $used } von { $window } Tokens
pipeline-context-total = Tokens bisher
pipeline-context-capacity = Fenster
pipeline-context-share = Belegt
pipeline-context-first = Erste sichtbare Position
pipeline-context-all = Das Modell sieht jedes Token.
pipeline-context-slid = { $count ->
    [one] Das Fenster ist geglitten: Das erste Token liegt außerhalb.
   *[other] Das Fenster ist geglitten: Die ersten { $shown } Tokens liegen außerhalb.
}
pipeline-context-note = Das Modell liest IDs, keine Buchstaben. Positionen zählen ab 0; ␣ steht für ein Leerzeichen.

# Embedding.
pipeline-embedding-title = Der Vektor des letzten Tokens, { $token }
pipeline-embedding-strip = Der Vektor des letzten Tokens, ein Balken je Dimension
pipeline-embedding-read = Dimension { $dimension } von 0 bis { $last }: { $value }
pipeline-embedding-up = oben: positiv
pipeline-embedding-down = unten: negativ
pipeline-embedding-dimensions = Dimensionen
pipeline-embedding-position = Wo die Position hineinkommt
pipeline-embedding-learned = Das Token steht an Position { $position }. Dieses Modell hat für jede Position einen weiteren Vektor gelernt (wpe) und addiert ihn zu dem des Tokens.
pipeline-embedding-rotary = Das Token steht an Position { $position }. Zu seinem Vektor wird dafür nichts addiert. Rotierende Positionseinbettung wirkt später: In jedem der { $heads } Köpfe aller { $layers } Schichten werden Anfragen und Schlüssel gedreht, Zahlenpaar für Zahlenpaar, um Winkel, die mit der Position wachsen. Was eine Anfrage und ein Schlüssel zusammen ergeben, hängt dann davon ab, wie weit sie auseinanderstehen.
pipeline-embedding-neighbours = Nächste Nachbarn
pipeline-embedding-neighbours-note = Ihre Vektoren zeigen am ehesten in dieselbe Richtung (Kosinus 1: genau in dieselbe).
pipeline-embedding-all = Alle { $count } Werte
pipeline-cosine = Kosinus

# Transformer.
pipeline-transformer-views = Was zu sehen ist
pipeline-attention = Aufmerksamkeit
pipeline-lens = Logit-Linse
pipeline-norms = Normen
pipeline-grid = Köpfe aller Schichten
pipeline-grid-note = Jeder Kopf jeder Schicht: wie er die Aufmerksamkeit der letzten Position über den Kontext verteilt, das erste Token links. Einer lässt sich auswählen.
pipeline-grid-cell = Schicht { $layer }, Kopf { $head }: am meisten, { $weight }, auf Position { $position }
pipeline-head-name = Schicht { $layer }, Kopf { $head }
pipeline-whole = Ganzes Muster
pipeline-attention-note = Wie viel die letzte Position von jedem Token nimmt
pipeline-attention-others = { $count ->
    [one] { $shown } Token mit weniger
   *[other] { $shown } Tokens mit je weniger
}
pipeline-pattern = Aufmerksamkeitsmuster: Zeilen blicken auf Spalten
pipeline-pattern-note = Jede Zeile ist eine Position, die blickt, jede Spalte eine, auf die sie blickt. Rechts oben liegt die Zukunft: genau 0.
pipeline-pattern-long = Das ganze Muster wird bis zu { $most } Tokens gezeigt.
pipeline-pattern-token = { $token } ({ $position })
pipeline-pattern-table = Eine Zeile für jede Position, die schaut, eine Spalte für jede, auf die sie schaut
pipeline-pattern-read = { $query } nimmt { $weight } von { $key }
pipeline-pattern-future = { $query } kann { $key } nicht sehen: genau 0, es kommt später
pipeline-lens-note = Was das Modell als Nächstes sagen würde, wenn es nach jeder Schicht aufhörte: seine besten Tokens und wie unentschieden es ist (Entropie in Bit).
pipeline-lens-place = { $place }.
pipeline-lens-last = die Antwort
pipeline-norms-note = Längen des Residualstroms vor jeder Schicht und dessen, was Aufmerksamkeit und FFN dazugeben. Die Balken sind logarithmisch.
pipeline-norms-resid = Residualstrom
pipeline-norms-attention = Von der Aufmerksamkeit
pipeline-norms-ffn = Vom FFN

# Logits.
pipeline-logits-number = Logits
pipeline-logits-note = Rohe Bewertungen mit beliebigem Vorzeichen. Sie haben keine feste Summe: Nur ihre Differenzen zählen.
pipeline-logits-top = Die höchsten
pipeline-search = Im Vokabular suchen
pipeline-search-example = Text oder ID: Paris, ␣mat, 42
pipeline-search-all = Sucht in allen Tokens. Ein Leerzeichen am Anfang zählt; ␣ kann dafür stehen.
pipeline-search-recorded = Die Aufzeichnung nennt nur die besten { $named } Tokens: In ihnen wird gesucht.
pipeline-search-result = { $total ->
    [0] Kein Token passt.
    [one] 1 Token passt.
   *[other] { $figure } Tokens passen, { $shown } sind gezeigt.
}
pipeline-histogram = Wie sich alle Logits verteilen
pipeline-histogram-note = Höhe: Tokens, logarithmisch
pipeline-histogram-table = Als Tabelle
pipeline-histogram-from = Ab Logit

# Softmax.
pipeline-entropy-most = Höchstens, log₂ n
pipeline-tail = Jenseits der gezeigten
pipeline-softmax-note = Das ganze Vokabular nimmt teil, und alle zusammen ergeben 1. Die Temperatur T teilt vorher jedes Logit.
pipeline-softmax-penalised = Die Wiederholungsstrafe hat einige dieser Logits gesenkt.
pipeline-softmax-table = Wahrscheinlichkeiten
pipeline-softmax-best = Für das beste Token,
pipeline-softmax-zero = T = 0: das größte Logit bekommt alles, p = 1
pipeline-softmax-infinite = T = ∞: jedes Token bekommt gleich viel, 1 / { $number } = { $p }
pipeline-softmax-tail = { $count ->
    [one] { $shown } weiteres Token
   *[other] alle { $shown } anderen
}
pipeline-logit-z = Logit z

# Sampling.
pipeline-sampling-views = Was zu sehen ist
pipeline-draw = Die Ziehung
pipeline-draw-again = Neu ziehen
pipeline-coin = u = coin(Startwert { $seed }, Position { $position }, Zug { $draw }) = { $u }
pipeline-walk = Filter für Filter
pipeline-walk-note = Vom Logit des Modells bis zur Chance, gezogen zu werden. Nach jedem Filter wird der Rest wieder auf die Summe 1 gebracht; was er genommen hat, ist genau 0.
pipeline-walk-raw = Logit
pipeline-walk-penalised = Nach Strafe
pipeline-walk-natural = p bei T = 1
pipeline-walk-tempered = p bei T
pipeline-walk-top-k = Nach Top-k
pipeline-walk-top-p = Nach Top-p
pipeline-walk-min-p = Nach Min-p
pipeline-walk-tokens = Tokens übrig
pipeline-walk-mass = Masse übrig
