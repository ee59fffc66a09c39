### context_growth

growth-title = Der Kontext, Zeile für Zeile
growth-hint = Eine Zeile je Position, gezählt ab 0: der Text bisher und was nach Ansicht des Modells als Nächstes kommt. Ein Druck auf einen Balken nimmt stattdessen dieses Token: Dort beginnt ein Zweig.
growth-undo = Rückgängig
growth-rows = Zeilen des wachsenden Kontexts
growth-fold = { $rows ->
    [one] { $shown } frühere Zeile zeigen
   *[other] { $shown } frühere Zeilen zeigen
}
growth-unfold = Nur die letzten Zeilen zeigen
growth-position = Position { $position }
growth-next = als Nächstes
growth-row-name = Kandidaten für Position { $position }
growth-computing = das Modell arbeitet…
growth-choose = Wählen:
growth-chosen = gewählt
growth-others = alle { $count } anderen
growth-rank = #{ $rank }
growth-out = raus: 0
growth-by-you = selbst gewählt
growth-from-altered = aus geänderten Logits gezogen
growth-controls = gezogen bei { $controls }
growth-temperature = T = { $temperature }
growth-top-k = Top-k { $k }
growth-top-p = Top-p { $p }
growth-min-p = Min-p { $p }
growth-penalty = Wiederholungsstrafe { $penalty }

# The branches.
branches-title = Zweige
branches-hint = Ein Druck auf einen Zweig führt dorthin. P ist, was das Modell allen seinen Tokens nach dem Prompt zusammen gibt, bei T = 1 und ungefiltert.
branches-none = Noch ist nichts erzeugt.
branches-name = Zweig { $number }
branches-from = { $shared ->
    [0] aus Zweig { $parent }, nach dem Prompt
    [one] aus Zweig { $parent }, nach { $shared } Token
   *[other] aus Zweig { $parent }, nach { $shown } Tokens
}
branches-compare = Vergleichen
branches-compare-name = Den jetzigen Zweig mit Zweig { $number } vergleichen
branches-figures = ln P = { $ln }, P = { $probability }, Perplexität { $perplexity }
branches-parting = Die Zweige { $one } und { $other } teilen { $shown } Tokens: { $text }
branches-caption = Wie sie ab Position { $position } weitergehen, jedes Token mit der Wahrscheinlichkeit des Modells (T = 1)
branches-column-position = Position
branches-more = { $count ->
    [one] und noch { $shown } Token
   *[other] und noch { $shown } Tokens
}
