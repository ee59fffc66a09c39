### context_window

window-title = Was das Modell sieht und was das nächste Token kostet
window-hint = Das Fenster fasst nur so viele Tokens. Wird es klein gestellt und weitergeschrieben, fallen die ersten hinaus, und das Modell weiß nichts mehr von ihnen.
window-size = Fenster
window-size-small = { $shown } Tokens
window-size-model = { $shown } Tokens, das des Modells
window-ruler = Der Text auf dem Lineal des Fensters
window-empty = Noch kein Token: Alle { $window } Plätze sind frei.
window-room = { $tokens ->
    [one] 1 Token in einem Fenster von { $window }: Platz für { $free } weitere.
   *[other] { $shown } Tokens in einem Fenster von { $window }: Platz für { $free } weitere.
}
window-full = { $shown } Tokens füllen das Fenster von { $window }: Das nächste schiebt das erste hinaus.
window-slid = { $lost ->
    [one] { $shown } Tokens, ein Fenster von { $window }: Das erste ist hinausgefallen.
   *[other] { $shown } Tokens, ein Fenster von { $window }: Die ersten { $shown_lost } sind hinausgefallen.
}
window-fallen = draußen
window-place = Platz { $place }
window-free = frei
window-more-lost = { $count } frühere hinausgefallen
window-more-seen = { $count } weitere im Fenster
window-more-free = { $count } Plätze frei

window-cost = Was das nächste Token kostet
window-cost-measure = Messen
window-cost-stop = Stopp
window-cost-caption = Ein Durchlauf über die Tokens im Fenster, mit KV-Cache und ohne
window-cost-what = Was
window-with = Mit KV-Cache
window-without = Ohne
window-computed = Tokens durch das Modell
window-reused = Tokens aus dem Cache
window-formula = Multiplikationen mit Addition, nach der Formel
window-counted = Multiplikationen mit Addition, gezählt
window-milliseconds = Millisekunden, gemessen
window-logits = Fingerabdruck der Logits
window-said-recorded = Die Zahlen folgen aus der Formel. Zum Zählen in den Kernen und zum Messen der Zeit braucht es das Live-Modell.
window-said-empty = Ein Prompt fehlt: Ein Durchlauf braucht mindestens ein Token.
window-said-press = Ein Druck auf „Messen“: Das Live-Modell macht den Durchlauf zweimal, mit seinem Cache und ohne.
window-said-busy = Es wird gemessen: derselbe Durchlauf zweimal, mit dem Cache und ohne…
window-said-refused = Die Durchläufe kamen nicht zustande: { $why }
window-said-same = Dieselben Logits auf das Bit genau, mit Cache und ohne: verglichen, nicht vermutet. Ohne ihn brauchte der Durchlauf das { $ratio }-Fache an Multiplikationen.
window-said-one = Vor einem einzigen Token steht nichts, was zu behalten wäre: Beide Durchläufe sind dieselbe Arbeit, mit denselben Logits auf das Bit genau.
window-said-slid = Das Fenster ist gerutscht. Was behalten war, trug noch Spuren dessen, was hinausfiel. Darum wurde der Cache verworfen, und die { $visible } sichtbaren Tokens wurden neu gerechnet: dieselbe Arbeit wie ohne, und dieselben Logits auf das Bit genau.
window-said-differ = Die beiden Durchläufe ergaben verschiedene Logits. Das ist ein Fehler der Engine, bitte melden.
window-said-count-agrees = Die Kerne zählten, was die Formel sagt.
window-said-count-differs = Die Kerne zählten eine andere Zahl, als die Formel ergibt: bitte melden.

window-curves = Wie die Kosten wachsen
window-curves-alt = Multiplikationen eines Durchlaufs über n Tokens, beide Achsen logarithmisch, von 1 Token bis zu den { $window } des Modells. Mit Cache { $first } bei einem Token und { $cached } am Ende; ohne { $whole }. Die Zahlen stehen in der Tabelle darunter.
window-axis = Tokens im Fenster, n
window-line-cached = mit Cache, alles: O(n)
window-line-whole = ohne, alles: O(n²)
window-line-cached-attention = mit Cache, nur Aufmerksamkeit
window-line-whole-attention = ohne, nur Aufmerksamkeit
window-mark = Der Text hier: Kreise mit Cache, Quadrate ohne. Gefüllt: in den Kernen gezählt. Hohl: nach der Formel.
window-limit = Fenster: { $window }
window-parts = Die Produkte eines Tokens mit den Gewichten: W = { $weights }. Eine Query mit einem Key und Value, alle Köpfe und Schichten: P = { $pair }. Die Wertung des ganzen Vokabulars, einmal je Durchlauf: H = { $head }.
window-parts-formula = Mit Cache: W + n·P + H. Ohne: n·W + n(n + 1)/2·P + H.
window-table = Die Zahlen hinter den Kurven
window-table-caption = Multiplikationen eines Durchlaufs über n Tokens, und davon die der Aufmerksamkeit
window-table-tokens = n
window-table-all = alle
window-table-attention = Aufmerksamkeit
window-runs = Eigene Messungen ({ $count })
window-runs-caption = Was an diesem Text gemessen wurde: gezählte Multiplikationen und Millisekunden
window-runs-none = Noch ist nichts gemessen.
window-runs-tokens = Tokens
window-runs-window = Fenster
window-runs-logits = Logits
window-runs-same = gleich
window-runs-differ = verschieden
window-runs-counted = gezählt
window-runs-milliseconds = ms
