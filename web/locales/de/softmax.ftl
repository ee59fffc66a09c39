### softmax

softmax-title = 6 Klassen
softmax-words-own = Sechs Wörter mit erdachten Logits. An einem Griff ziehen: Jedes p ändert sich, und ihre Summe bleibt 1.
softmax-words-model = Die sechs besten Tokens des Modells für Position { $position }. Softmax läuft weiterhin über alle { $vocabulary }.
softmax-words-waiting = Die Logits des Modells sind noch nicht da: Ist das Modell geladen, sind hier seine sechs besten Tokens.
softmax-fill = Die besten sechs des Modells einsetzen

softmax-word-roof = Dach
softmax-word-sofa = Sofa
softmax-word-floor = Boden
softmax-word-window = Fenster
softmax-word-bed = Bett
softmax-word-water = Wasser
softmax-rest = alles andere
softmax-rest-count = { $count ->
    [one] { $shown } Token
   *[other] { $shown } Tokens
}

# A handle, and its state.
softmax-slider = Logit von { $word }
softmax-value = { $logit }
softmax-value-off = { $logit }, außerhalb der Achse
softmax-value-altered = { $logit }, geändert, das Modell gab { $was }
softmax-value-altered-off = { $logit }, geändert, außerhalb der Achse, das Modell gab { $was }
softmax-off-axis = außerhalb
softmax-altered = geändert
softmax-give-back = Das Logit von { $word } zurückgeben: { $logit }
softmax-said = { $word }: p { $sign } { $probability }
softmax-drawn = gezogen { $chance }
softmax-filtered = raus: 0

# A typed logit.
softmax-field = Logit { $number }
softmax-field-wrong = Bitte eine Zahl eingeben, etwa 2,4 oder −1.
softmax-field-range = Bitte eine Zahl von −10.000 bis 10.000 eingeben.
softmax-field-later = Bitte warten, bis die Antwort des Modells da ist.

# The temperature and what becomes of it.
softmax-at-zero = T = 0 ist der Grenzfall: Alles geht an das größte z, unter gleichen an das erste.
softmax-below-one = Unter 1: Differenzen wachsen, Wahrscheinliches wird wahrscheinlicher.
softmax-at-one = T = 1: die Logits, wie sie sind.
softmax-above-one = Über 1: Differenzen schrumpfen, Unwahrscheinliches gewinnt.
softmax-at-infinity = T = ∞: z/T ist für alle 0, also sind alle gleich wahrscheinlich.
softmax-entropy = H = { $bits } von { $most } Bit
softmax-entropy-name = Entropie
softmax-winner = vorn:
softmax-winner-none = keines, alle sind gleich

# The formula and the table.
softmax-formula = Formel für
softmax-formula-winner = das vorderste
softmax-formula-name = Softmax mit den jetzigen Zahlen
softmax-terms = { $count ->
    [one] { $shown } Summand
   *[other] { $shown } Summanden
}
softmax-table = Die Zahlen hinter den Balken
softmax-table-name = Klasse
softmax-table-weight = e hoch z minus das größte z, geteilt durch T
softmax-table-drawn = gezogen
softmax-table-sum = { $count ->
    [one] Summe
   *[other] Summe über { $shown }
}

# Add the same to all.
softmax-add = Zu jedem z addieren:
softmax-add-less = Von jedem Logit 1 abziehen
softmax-add-more = Zu jedem Logit 1 addieren
softmax-add-hint = Nur Differenzen zählen: Die p bleiben, wie sie sind.
softmax-added = { $constant } auf jedes z, und kein p hat sich geändert.
softmax-restore-words = Die sechs zurücksetzen

# Draw from the model's, altered or not.
softmax-would-wait = Für diese Position wird keine Münze geworfen.
softmax-would-draw = Die Münze u = { $coin } fällt auf { $token }: Sein Anteil reicht von { $low } bis { $high }.
softmax-unnamed = ein Token, das die Aufzeichnung nicht nennt
softmax-continue = Mit diesen Logits weiter
softmax-draw-again = Neu ziehen
softmax-restore-model = Alle Logits zurückgeben
softmax-restored = Alle Logits sind wieder die des Modells.
softmax-altered-none = An einem ziehen: Dieser Eintrag der ganzen Verteilung ändert sich, die anderen behalten ihre Logits.
softmax-altered-count = { $count ->
    [one] Ein Logit ist geändert, alle anderen sind die des Modells.
   *[other] { $count } Logits sind geändert, alle anderen sind die des Modells.
}
softmax-record = Letztes Token { $token }: { $how }.
