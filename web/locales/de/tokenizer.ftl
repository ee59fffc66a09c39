### tokenizer

tokenizer-title = Einen Text in Tokens schneiden
tokenizer-text = Text zum Schneiden
tokenizer-hint = Bis zu { $most } Zeichen. Ein Druck auf ein Wort zeigt seine Verschmelzungen.
tokenizer-examples = Texte zum Probieren
tokenizer-refused = Dieser Text lässt sich nicht schneiden. { $why }

# The way to a live tokenizer.
tokenizer-call = Ein eigener Text braucht den Tokenizer; er liegt im ersten Teil des Modells.
tokenizer-load = Tokenizer laden ({ $size })
tokenizer-load-nameless = Tokenizer laden
tokenizer-loading = Der Tokenizer wird geladen: { $received } von { $size }.
tokenizer-cancel = Abbrechen
tokenizer-comes = Der Tokenizer kommt mit dem Modell, das gerade geladen wird.
tokenizer-waits = Die Engine startet…
tokenizer-failed = { $why } Nichts Eigenes ist verloren.
tokenizer-again = Noch einmal versuchen

# The pieces.
tokenizer-words = Der Text, geschnitten
tokenizer-empty = Noch gibt es nichts zu schneiden.
tokenizer-word = Verschmelzungen zeigen von
tokenizer-control = Steuertoken
tokenizer-cut-count = { $count ->
    [one] { $shown } Token
   *[other] { $shown } Tokens
} aus { $characters } Zeichen, in { $bytes } Bytes

# Measured beside the rule.
tokenizer-figures = Dieser Text neben der Faustregel
tokenizer-figure = Maß
tokenizer-yours = Dieser Text
tokenizer-rule = Englisch, als Regel
tokenizer-per-token = Zeichen je Token
tokenizer-per-token-rule = etwa 4
tokenizer-per-hundred = Wörter je 100 Tokens
tokenizer-per-hundred-rule = etwa 75
tokenizer-figures-note = Ein Zeichen ist ein Codepunkt von Unicode, ein Wort steht zwischen Leerzeichen.

# The merges of a word.
tokenizer-merges-title = Verschmelzungen von
tokenizer-merges-none = Oben ein Wort wählen.
tokenizer-merges-control = Ein Steuertoken hat einen Namen und keinen Text: Nichts wird verschmolzen.
tokenizer-merges-unknown = Die Verschmelzungen dieses Tokenizers lassen sich nicht einzeln verfolgen.
tokenizer-merges-alone = Nichts wird verschmolzen: Jedes Stück bleibt, wie es ist.
tokenizer-first = Anfang
tokenizer-back = Zurück
tokenizer-next = Nächste Verschmelzung
tokenizer-last = Alle
tokenizer-step = { $done } von { $total }
tokenizer-now = Stücke jetzt
tokenizer-next-rank = Als Nächstes: { $pair }, Nummer { $rank } in der Liste der Verschmelzungen.
tokenizer-next-score = Als Nächstes: { $pair }; das ergibt das Token mit der besten Wertung, { $score }.
tokenizer-done-rank = Fertig: Keine zwei Nachbarn stehen in der Liste der Verschmelzungen.
tokenizer-done-score = Fertig: Keine zwei Nachbarn ergeben ein Token.
tokenizer-about-ranks = Die Liste der Verschmelzungen entstand im Training und zählt ab 0. Von allen Paaren von Nachbarn wird zuerst jenes verschmolzen, das in der Liste vorn steht; kommt es zweimal vor, das linke.
tokenizer-about-scores = Dieser Tokenizer ist von der Art von SentencePiece. Er beginnt bei Zeichen und setzt ein Leerzeichen vor den Text. Er hat keine Liste von Verschmelzungen: Von allen Nachbarn, die zusammen ein Token ergeben, werden zuerst jene verschmolzen, deren Token die beste Wertung hat. Was kein Token hat, wird Byte für Byte geschrieben.
tokenizer-merges-table = Verschmelzungen, in der Reihenfolge, in der sie geschehen
tokenizer-place = Platz in der Liste
tokenizer-score = Wertung
tokenizer-joins = Verschmilzt
tokenizer-gives = Ergibt
tokenizer-state = Stand
tokenizer-state-done = fertig
tokenizer-state-next = als Nächstes
tokenizer-rows = Verschmelzungen { $from } bis { $to } von { $total }; die Tabelle folgt dem Schritt
