### chain_rule

chain-title = Die Wahrscheinlichkeit eines Textes, Token für Token
chain-first = Erster Text
chain-second = Zweiter Text
chain-hint = Bis zu { $most } Zeichen. Das Modell bewertet den Text nach einer Pause beim Tippen.
chain-hint-recorded = Der aufgezeichnete Lauf. Ein eigener Text braucht das Live-Modell.
chain-working = Das Modell bewertet ihn…
chain-working-at = Das Modell bewertet ihn: { $done } von { $total } Tokens.
chain-waits = Er wird bewertet, sobald das Modell frei ist.
chain-refused = Dieser Text lässt sich nicht bewerten. { $why }
chain-empty = Hier steht noch kein Text.
chain-needs-model = Dieser Text wurde nicht aufgezeichnet: Er braucht das Live-Modell.
chain-too-short = Ein einziges Token: Es ist gegeben, und nichts bleibt vorherzusagen.

# The legend.
chain-legend = Überraschung je Token, in Bit
chain-level-given = gegeben
chain-level-0 = unter 1
chain-level-1 = 1 bis 3
chain-level-2 = 3 bis 6
chain-level-3 = 6 bis 10
chain-level-4 = 10 oder mehr

# The ledger.
chain-strip = Der Text, jedes Token mit seiner Überraschung in Bit
chain-formula = Die Kettenregel mit den Zahlen dieses Textes
chain-perplexity-word = Perplexität
chain-table-first = Rechnung zum ersten Text
chain-table-second = Rechnung zum zweiten Text
chain-token = Token
chain-chance = P, gegeben die davor
chain-product = Produkt bisher
chain-sum = Summe der ln bisher
chain-bits = Überraschung in Bit
chain-rank = Rang
chain-given = gegeben
chain-given-recorded = gegeben: Die Aufzeichnung beginnt danach
chain-begin = vom Modell davorgesetzt
chain-note-given = Dieses Modell setzt kein eigenes Token vor einen Text. Darum sagt nichts das erste vorher: Es ist gegeben.
chain-note-begins = Dieses Modell setzt ein eigenes Token vor jeden Text. Darum wird auch das erste des Textes vorhergesagt.
chain-note-recorded = Die Aufzeichnung enthält, was das Modell nach seinem Prompt aus { $count } Tokens sagte. Diese sind hier gegeben.
chain-dropped = Nur die letzten { $count } Tokens passen in das Fenster des Modells.

# Both beside each other.
chain-compare = Beide Texte im Vergleich
chain-measure = Maß
chain-predicted = Vorhergesagte Tokens
chain-probability = Produkt ihrer Wahrscheinlichkeiten
chain-log = Summe der ln
chain-total-bits = Überraschung insgesamt, Bit
chain-mean-bits = Überraschung je Token, Bit
chain-perplexity = Perplexität
chain-verdict-none = Für den Vergleich fehlt eine zweite Rechnung.
chain-verdict-same = Je Token überraschen beide das Modell gleich.
chain-verdict-first = Je Token überrascht der erste Text das Modell weniger: als wählte es unter { $first } Tokens, beim zweiten unter { $second }.
chain-verdict-second = Je Token überrascht der zweite Text das Modell weniger: als wählte es unter { $second } Tokens, beim ersten unter { $first }.
