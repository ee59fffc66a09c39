### controls
#
# {"\u00AD"} is a place where a long word may be parted on a small screen.

# The scales of the sampling controls.
scale-temperature-zero = 0: der beste Kandidat gewinnt immer
scale-temperature-one = 1,00: die eigenen Wahrscheinlichkeiten des Modells
scale-temperature-infinite = unendlich: jedes Token gleich wahrscheinlich
scale-temperature-sharper = { $value }: schärfer als die des Modells
scale-temperature-flatter = { $value }: flacher als die des Modells
scale-temperature-negative = Die Temperatur kann nicht unter 0 liegen.
scale-temperature-wrong = Bitte eine Zahl von 0 bis 100 oder ∞ eingeben.
scale-top-k-off = 0: aus, alle Tokens bleiben
scale-top-k = { $count ->
    [one] 1: nur das beste Token bleibt
   *[other] { $count }: die { $count } besten Tokens bleiben
}
scale-top-k-wrong = Bitte eine ganze Zahl von 1 bis 1.000.000 eingeben, oder 0 für aus.
scale-top-p-off = 1,00: aus, alle Tokens bleiben
scale-top-p = { $value }: die besten Tokens, die zusammen { $percent } Prozent erreichen
scale-top-p-wrong = Bitte eine Zahl von 0 bis 1 eingeben; 1 behält alle.
scale-seed-wrong = Bitte eine ganze Zahl von 0 bis 18.446.744.073.709.551.615 eingeben.
scale-min-p-off = 0,00: aus, alle Tokens bleiben
scale-min-p = { $value }: Tokens mit mindestens { $percent } Prozent der Wahrscheinlichkeit des besten
scale-min-p-wrong = Bitte eine Zahl von 0 bis 1 eingeben; 0 behält alle.
scale-repetition-off = 1,00: aus, kein Logit ändert sich
scale-repetition = { $value }: Tokens des Kontexts werden unwahrscheinlicher
scale-repetition-wrong = Bitte eine Zahl von 1 bis 10 eingeben; 1 ändert nichts.

# The controls, in the order in which they are applied.
controls-title = Regler, der Reihe nach
controls-reset = Regler zurücksetzen
controls-repetition = Wiederholungs{"\u00AD"}strafe
controls-repetition-value = Wert der Wiederholungsstrafe
controls-repetition-low = 1 aus
controls-repetition-high = stark 2
controls-repetition-off = kein Logit ändert sich
controls-lowered = { $count ->
    [one] { $shown } Token des Kontexts gesenkt
   *[other] { $shown } Tokens des Kontexts gesenkt
}
controls-temperature = Temperatur
controls-temperature-value = Wert der Temperatur
controls-temperature-low = 0 größtes bekommt alles
controls-temperature-high = gleichmäßig ∞
controls-entropy = Entropie { $before } → { $after } Bit
controls-top-k = Top-k
controls-top-k-value = Wert von Top-k
controls-top-k-low = 1 nur das beste
controls-top-p = Top-p
controls-top-p-value = Wert von Top-p
controls-top-p-low = 0 nur das beste
controls-min-p = Min-p
controls-min-p-value = Wert von Min-p
controls-min-p-high = nur das beste 1
controls-off = aus
controls-left = { $before } → { $after } Tokens, { $mass }
controls-seed = Startwert
controls-new-seed = Neuer Startwert
controls-seed-hint = Gleicher Startwert, gleiche Regler, gleicher Text: wieder dieselben Tokens.

# The table of candidates, and the coin.
candidates-title = Kandidaten für Position { $position }
candidates-title-none = Kandidaten für das nächste Token
candidates-entropy = Entropie { $bits } von { $most } Bit
candidates-entropy-none = Entropie –
candidates-caption = Ein Druck auf ein Token macht es zum nächsten, was auch immer die Münze sagt.
candidates-rank = Rang
candidates-token = Token
candidates-logit = Logit
candidates-probability = Wahrschein{"\u00AD"}lichkeit
candidates-scale = {" "}(voller Balken: { $percent } %)
candidates-drawn = Nach Filtern
candidates-choose = Wählen:{" "}
candidates-next = , als Nächstes
candidates-out = raus: 0
candidates-others = alle { $count } anderen
candidates-others-none = alle anderen
candidates-coin-none = Die Münze u entscheidet über das nächste Token.
candidates-coin-forced = { $token } ist selbst gewählt; keine Münze wurde geworfen.
candidates-coin-falls = u = { $u } fällt in den Anteil von { $token }: { $low } bis { $high }
candidates-coin-fell = u = { $u } fiel in den Anteil von { $token }: { $low } bis { $high }

# The context.
context-title = Kontext
context-folded = … { $count } frühere Tokens
context-given = Prompt
context-drawn = gezogen
context-forced = selbst gewählt
context-nothing = Noch nichts erzeugt
context-ledger = ln P = { $log_probability }, Perplexität { $perplexity }
