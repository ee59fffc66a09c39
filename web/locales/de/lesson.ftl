### lesson: the prose of the page; how to write this file stands in ../en/lesson.ftl

# The page’s head: its title, what a search engine shows, the line above all.
language-name = Deutsch
languages-label = Sprache
page-title = Next Token: wie ein Sprachmodell schreibt
page-description =
    Ein echtes Sprachmodell im Browser. Seine Verteilung über das nächste Token ansehen, an den Reglern der Ziehung
    drehen und dem Kontext Token für Token beim Wachsen zusehen.
wordmark = Next Token, zum Seitenanfang
skip = Zum Modell springen

# The three ideas at the top.
hero-title = Ein Sprachmodell schreibt <em>Token für Token</em>. Hier lässt sich zusehen, wie es wählt.
hero-scores =
    <b>Es bewertet alles.</b> SmolLM2, das Modell dieser Seite, schreibt Englisch und kennt 49.152 Tokens: Wörter,
    Wortstücke, einzelne Bytes. Aus dem bisherigen Text berechnet es für jedes davon eine Zahl, ein Logit, und Softmax
    macht aus den Logits Wahrscheinlichkeiten mit der Summe 1.
hero-picks =
    <b>Gezogen wird eines.</b> Die Antwort des Modells ist diese ganze Verteilung. Ein eigener Schritt zieht daraus
    ein Token: meist ein wahrscheinliches, ab und zu ein seltenes.
hero-joins =
    <b>Das Token kommt in den Kontext.</b> Der längere Text ist die Eingabe des nächsten Durchlaufs, und so weiter.
    Weil das Modell seine eigene Ausgabe wieder liest, heißt es autoregressiv.

# Notes.
no-script =
    Das Modell und die Widgets dieser Seite brauchen JavaScript und WebAssembly. Die ganze Lektion ist auch ohne sie
    lesbar: Wo ein Widget stünde, steht ein Standbild davon.
frame-no-script = Dieses Widget braucht JavaScript und WebAssembly. Die Lektion, aus der es stammt, ist auch ohne sie lesbar:

# A frame whose program cannot start: words of the lesson, a picture of the widget, and the way out.
still-caption = Das Widget als Bild.
still-why = In diesem Rahmen kann das Widget nicht laufen. In einem eigenen Tab kann es das.
still-open = In einem Tab öffnen ↗
still-address = Öffnet sich nichts, hilft diese Adresse, in einen neuen Tab kopiert:
still-alt-tokenizer = Ein Text in farbigen Stücken, jedes mit seiner ID, und wie viele Zeichen und Wörter auf ein Token kommen.
still-alt-chain-rule = Eine Rechnung: jedes Token eines Textes mit Wahrscheinlichkeit, Produkt bis hierher und Überraschung in Bit.
still-alt-pipeline = Sechs Knöpfe, von Kontext bis Sampling, und darunter, was die gewählte Stufe enthält.
still-alt-softmax = Sechs Balken, darüber ihr Logit, darunter ihre Wahrscheinlichkeit; das Dach führt mit 0,50.
still-alt-code = Die Erzeugungsschleife in neun Zeilen Code, daneben die Werte ihrer Variablen.
still-alt-context-growth = Eine Zeile für jedes neue Token mit den Balken seiner Kandidaten; das gezogene ist markiert.
still-alt-context-window = Ein Lineal aus Tokens: einige im Fenster, die ältesten herausgefallen, und was das nächste kostet.

page-error =
    Diese Seite ist durch einen Fehler von uns stehen geblieben. Bitte neu laden: Prompt und Einstellungen bleiben
    erhalten.

# The frame of the page.
desk-title = Dem Modell einen Text geben
contents = Inhalt
contents-label = Inhalt der Lektion
lesson-label = Lektion: autoregressive Modelle
contents-chain = Die Kettenregel
contents-window = Das Kontextfenster

# What a token is.
tokens-title = Was ein Token ist
tokens-anchor = Link zu „{ tokens-title }“
tokens-callout-title = Token
tokens-callout =
    Die kleinste Einheit, die ein Modell liest: weder Buchstabe noch Wort. Für SmolLM2, das Modell dieser Seite,
    besteht <code>unbelievable</code> aus drei Tokens. Für GPT-2 sind es vier, mit einem Leerzeichen davor aber nur
    eines.
tokens-vocabulary =
    Ein Sprachmodell sieht keine Buchstaben. Ein <strong>Tokenizer</strong> zerlegt den Text in
    <strong>Tokens</strong>, und jedes Token ist eine Nummer in einer festen Liste, dem <strong>Vokabular</strong>.
    Nur diese Nummern, die IDs, gehen hinein; heraus kommt eine Bewertung für jede von ihnen.
tokens-bpe =
    Die meisten Vokabulare entstehen durch <strong>Byte-Pair-Encoding auf Bytes</strong> (BPE). Bevor das Modell
    trainiert wird, nimmt BPE eine große Textmenge als einzelne Bytes, sucht das häufigste Paar von Nachbarn,
    verschmilzt es zu einem neuen Stück und wiederholt das einige zehntausend Mal. Die verschmolzenen Paare in dieser
    Reihenfolge sind seine <strong>Merges</strong>. Um einen neuen Text zu zerlegen, beginnt der Tokenizer wieder bei
    den Bytes und wendet immer den frühesten Merge an, der passt, bis keiner mehr passt. Häufige Wörter werden so zu
    einem Token; seltene Wörter, andere Schriften und Emojis zu mehreren, notfalls zu einzelnen Bytes.
tokens-space =
    Das Leerzeichen vor einem Wort gehört zum Token des Wortes, daher können dieselben Buchstaben auf zwei Arten
    zerlegt werden. Im Folgenden steht <span class="open-box">␣</span> für dieses Leerzeichen.
cuts-title = Wo zwei Tokenizer dasselbe Wort trennen
cuts-tokenizer = Tokenizer
cuts-tokens = Tokens und ihre IDs
cuts-gpt2-bare = <b>GPT-2</b> ohne Leerzeichen
cuts-gpt2-space = <b>GPT-2</b> nach einem Leerzeichen
cuts-smollm2-bare = <b>SmolLM2</b> ohne Leerzeichen
cuts-smollm2-space = <b>SmolLM2</b> nach einem Leerzeichen
merges-title = Die neun Merges von SmolLM2 für <code>unbelievable</code>
merges-place = Platz in der Liste
merges-joins = Verbindet
merges-gives = Ergibt
cuts-caption =
    Das englische Wort <code>unbelievable</code>, zerlegt von GPT-2 und von SmolLM2, jedes Token mit seiner ID. Die oft
    zitierte Zerlegung <code>un·believ·able</code> stammt von keinem der beiden. Die Plätze in der Liste der Merges
    zählen ab 0; <code>vable</code> ist keine Silbe, es hat sich aus den Häufigkeiten ergeben.
tokens-sizes =
    Vokabulare reichen von etwa 32.000 bis zu 128.000 Tokens und mehr. Die 50.257 von GPT-2 sind 256 Bytes, 50.000
    verschmolzene Stücke und ein Token, das das Ende eines Textes markiert; SmolLM2 hat 49.152. Als Faustregel für
    Englisch gilt: <strong>1 Token sind etwa 4 Zeichen</strong>, und 100 Tokens sind etwa 75 Wörter. Das gilt für
    gewöhnlichen englischen Fließtext: Code und andere Sprachen, auch Deutsch, brauchen für die gleiche Länge oft
    mehr Tokens.

# The chain rule.
chain-title = Die Kettenregel: Wie wahrscheinlich ist ein Text?
chain-anchor = Link zu „{ chain-title }“
chain-split =
    Gegeben sei ein Text aus { -n } Tokens. Die Kettenregel zerlegt seine Wahrscheinlichkeit in einen Faktor je Token:
    die Wahrscheinlichkeit dieses Tokens, gegeben alle vor ihm.
chain-formula = P von t 1 bis t n ist das Produkt, für i von 1 bis n, von P von t i gegeben t 1 bis t i minus 1
chain-exact =
    Das gilt exakt für jede Verteilung über Texte. Ein Sprachmodell trägt einen Weg bei, jeden Faktor zu berechnen: Es
    liest die bisherigen Tokens und gibt für <em>jedes</em> Token des Vokabulars an, wie wahrscheinlich es als Nächstes
    steht. Es nennt nicht ein Token, es gibt eine Verteilung. <strong>Autoregressiv</strong> heißt, wie ein solches
    Modell schreibt: Aus der Verteilung wird ein Token gezogen und an den Text gehängt, und der längere Text ist die
    nächste Eingabe.
chain-given =
    Manche Modelle setzen ein besonderes Token vor jeden Text und haben deshalb auch für das erste richtige ein
    { -P-t1 }. SmolLM2 setzt keines davor: Sein erstes Token ist <strong>gegeben</strong>, und das Produkt ist
    { -P-rest-given-t1 }.
ledger-title = Rechnung für „The capital of France is“
ledger-token = Token
ledger-p = P, gegeben die davor
ledger-product = Produkt bisher
ledger-sum = Summe der ln bisher
ledger-surprise = Über&shy;raschung in Bit
ledger-given = gegeben
ledger-all = Alle vier
ledger-mean = Ihr Mittel
ledger-perplexity = Perplexität: 2 hoch das Mittel
ledger-caption =
    Von SmolLM2-135M-Instruct in f32 berechnet. Die Engine dieser Seite rundet anders: Ihre letzte Stelle kann
    abweichen.
chain-read =
    Die Rechnung liest sich von oben nach unten. Nach <code>The</code> allein kann fast alles kommen, und
    <code>␣capital</code> bekommt eine Chance von etwa eins zu 100.000. Nach <code>The capital</code> ist
    <code>␣of</code> kaum eine Überraschung. Das Produkt der vier ist eins zu 2,6 Millionen: Jeder einzelne Text, auch
    ein gewöhnlicher, ist unwahrscheinlich.
chain-surprise =
    Produkte vieler kleiner Faktoren werden bald kleiner, als eine Zahl im Rechner sein kann; deshalb werden
    stattdessen Logarithmen addiert. Die <strong>Überraschung</strong> eines Tokens beträgt { -minus-log2-P } Bit:
    Jede Halbierung seiner Wahrscheinlichkeit ist ein Bit mehr. Die <strong>Perplexität</strong> fasst einen ganzen
    Text in eine Zahl. Mit { -t-before-i } für alle Tokens vor { -t-i } und gegebenem erstem Token ist die Perplexität
perplexity-formula =
    Die Perplexität ist e hoch minus 1 durch n minus 1 mal die Summe, für i von 2 bis n, des natürlichen Logarithmus
    von P von t i gegeben alle Tokens davor
chain-perplexity =
    Hier sind das 40,1: Im Mittel war das Modell so unsicher, als müsste es gleichmäßig aus etwa 40 Tokens wählen. Eine
    kleinere Perplexität bedeutet einen Text, den das Modell eher erwartet hat.

# One generation step.
step-title = Ein Schritt der Erzeugung
step-anchor = Link zu „{ step-title }“
step-stages = Um ein Token zu schreiben, durchläuft das Modell sechs Stufen, immer in dieser Reihenfolge:
step-context = <b>Kontext.</b> Alle Tokens bisher: der Prompt und was seither geschrieben wurde.
step-embedding =
    <b>Einbettung.</b> Die ID jedes Tokens wählt eine Zeile einer Tabelle: bei SmolLM2-135M einen Vektor aus 576 Zahlen.
    Auch die Reihenfolge der Tokens muss hinein. GPT-2 addiert für jede Position einen gelernten Vektor; SmolLM2 dreht
    Vektoren je nach Position innerhalb seiner Aufmerksamkeit.
step-transformer =
    <b>Transformer.</b> Ein Stapel von Blöcken, 30 bei SmolLM2-135M. In jedem nimmt durch
    <strong>Selbstaufmerksamkeit</strong> jede Position etwas von sich und von den vorherigen auf, und danach
    bearbeitet ein <strong>Feed-Forward-Netz</strong> (FFN) jede Position für sich.
step-logits =
    <b>Logits.</b> Aus dem Vektor der letzten Position wird für jedes Token des Vokabulars eine rohe Bewertung.
step-softmax =
    <b>Softmax.</b> Aus den Bewertungen werden Wahrscheinlichkeiten. Nichts wird ausgelassen: Sie gelten über das ganze
    Vokabular.
step-sampling =
    <b>Ziehung.</b> Filter, falls welche eingeschaltet sind, setzen unwahrscheinliche Tokens auf 0; dann wird ein Token
    gezogen. Es wird das letzte Token des Kontexts, und der nächste Schritt beginnt bei Stufe 1.
step-pass =
    Die ersten fünf Stufen sind der <strong>Vorwärtsdurchlauf</strong>, und er endet in einer Verteilung. Erst die
    sechste wählt. Bei <strong>Greedy-Decoding</strong> nimmt sie das wahrscheinlichste Token; sonst wird jedes Token so
    oft gezogen, wie seine Wahrscheinlichkeit sagt, und das zweitbeste ist kein Fehler.
step-once =
    <strong>Ein Token, ein Vorwärtsdurchlauf:</strong> 200 Tokens brauchen 200 Durchläufe. (Bei spekulativem Decoding
    entwirft ein kleines Modell mehrere Tokens, und das große prüft sie in einem einzigen Durchlauf; jedes Token braucht
    trotzdem seine eigene bedingte Verteilung.)
step-still-title = Ein Schritt nach „The capital of France is“
step-still-stage = Stufe
step-still-holds = Was darin ist
step-still-context = Kontext
step-still-context-holds = 5 Tokens: The, ␣capital, ␣of, ␣France, ␣is
step-still-embedding = Einbettung
step-still-embedding-holds = 5 Vektoren aus 576 Zahlen
step-still-transformer = Transformer
step-still-transformer-holds = 30 Blöcke, jeder mit 9 Aufmerksamkeitsköpfen und einem FFN
step-still-logits = Logits
step-still-logits-holds = 49.152 Zahlen; die größte, 17,37, ist ␣Paris
step-still-softmax = Softmax
step-still-softmax-holds = 49.152 Wahrscheinlichkeiten; 0,77 für ␣Paris
step-still-sampling = Ziehung
step-still-sampling-holds = ein Token: ␣Paris in etwa 77 von 100 Ziehungen
computed-f32 = Von SmolLM2-135M-Instruct in f32 berechnet.

# From logits to probabilities.
softmax-title = Von Logits zu Wahrscheinlichkeiten
softmax-anchor = Link zu „{ softmax-title }“
softmax-callout-title = Logits
softmax-callout =
    Eine reelle Zahl für jeden Eintrag des Vokabulars, mit beliebigem Vorzeichen und ohne feste Summe. Nur ihre
    Differenzen zählen: Wird zu jedem Logit dieselbe Konstante addiert, ändert sich keine Wahrscheinlichkeit.
softmax-scores =
    Ein Logit { -z } ist eine rohe Bewertung: Größer heißt wahrscheinlicher, aber 3,8 sagt für sich allein nichts.
    <strong>Softmax</strong> macht aus den Bewertungen eine Verteilung. Es nimmt e hoch jedes Logit, das macht es
    positiv, und teilt durch die Summe aller, das macht das Ganze zu 1.
softmax-formula = p i ist e hoch z i, geteilt durch die Summe von e hoch z j für j von 1 bis n
softmax-six =
    Ein Vokabular aus nur sechs Wörtern: <i>Dach</i> hat das Logit 3,8 und <i>Sofa</i> 3,2. Ihre Differenz, 0,6, legt
    ihr Verhältnis fest: <i>Dach</i> ist { -e-power(exponent: "0,6", value: "1,82") } mal so wahrscheinlich, was auch
    immer die anderen vier tun. <i>Dach</i> gewinnt mit 0,50, und das heißt auch, dass etwa jede zweite Ziehung ein
    <em>anderes</em> Wort ergibt. Ein echtes Modell bildet dieselbe Summe über sein ganzes Vokabular, 49.152 Summanden
    bei SmolLM2; vor Softmax wird nichts abgeschnitten.
temperature-title = Temperatur
temperature-divides = Die <strong>Temperatur</strong> { -T } teilt jedes Logit vor Softmax:
temperature-formula = p i ist e hoch z i durch T, geteilt durch die Summe von e hoch z j durch T für j von 1 bis n
temperature-ends =
    Bei { -T-is-1 } wird das Token aus der eigenen Verteilung des Modells gezogen. Unter 1 wachsen die Differenzen, und
    Wahrscheinliches wird wahrscheinlicher; für { -T-to-0 } bekommt das größte alles, das ist Greedy-Decoding. Über 1
    schrumpfen die Differenzen; für { -T-to-infinity } werden alle Tokens gleich wahrscheinlich. Die Reihenfolge der
    Tokens bleibt bei jeder Temperatur dazwischen gleich. Filter wie Top&#8209;k, Top&#8209;p und Min&#8209;p kommen
    danach und lassen manche Tokens bei genau 0.
entropy-title = Entropie
entropy-says = Die <strong>Entropie</strong> sagt in Bit, wie offen die Wahl ist:
entropy-formula =
    H ist minus die Summe, für i von 1 bis n, von p i mal dem Logarithmus zur Basis 2 von p i, und höchstens der
    Logarithmus zur Basis 2 von n
entropy-ends =
    Sie ist 0, wenn ein Token die ganze Wahrscheinlichkeit hat, und höchstens { -log2-n }, wenn alle gleich
    wahrscheinlich sind. Für die sechs Wörter sind es bei { -T-is-1 } 1,878 von 2,585 Bit: noch recht offen.
six-title = 6 Klassen
six-word = Wort
six-half = p bei T = 0,5
six-one = p bei T = 1
six-two = p bei T = 2
six-roof = Dach
six-sofa = Sofa
six-floor = Boden
six-window = Fenster
six-bed = Bett
six-water = Wasser
six-entropy = Entropie in Bit, von höchstens 2,585
six-caption = Dieselben sechs Logits bei drei Temperaturen.

# The loop in code.
loop-title = Die Schleife als Code
loop-anchor = Link zu „{ loop-title }“
loop-copy =
    Die ganze Erzeugung ist eine kurze Schleife um das Modell. Sie kopiert die Tokens des Prompts, damit die Liste des
    Aufrufers bleibt, wie sie war. Dann fragt sie höchstens <code>max_new</code> Mal das Modell nach den Logits der
    nächsten Position, macht daraus Wahrscheinlichkeiten, zieht ein Token und hängt es an. Der nächste Umlauf der
    Schleife liest die längere Liste: Diese eine Zeile, das Anhängen, macht das Modell autoregressiv.
loop-end =
    Die Schleife endet auf eine von zwei Arten: nach <code>max_new</code> Tokens, 50, wenn nichts anderes gesagt ist,
    oder früher, wenn das gezogene Token jenes ist, das das <strong>Ende des Textes</strong> markiert. Diese Marke ist
    ein Token wie jedes andere: Sie hat in jedem Schritt ein Logit und eine Wahrscheinlichkeit, und auch sie wird
    gezogen.
loop-caption = Die Schleife der Erzeugung, in Code nach Art von Python.

# Watch the context grow.
growth-title = Der Kontext wächst
growth-anchor = Link zu „{ growth-title }“
growth-row =
    Jeder Schritt hinterlässt eine Zeile: die Kandidaten für diese Position, ihre Wahrscheinlichkeiten und den
    gezogenen. Einmal gezogen, ist er nicht mehr eine Möglichkeit unter vielen. Er gehört zum Kontext, und die nächste
    Verteilung hängt von ihm ab.
growth-force =
    Die Wahl lässt sich der Ziehung auch abnehmen. Wird in einer Zeile ein anderer Kandidat <strong>erzwungen</strong>,
    geht der Text von dort weiter, als wäre er gezogen worden: Das Modell kann das nicht unterscheiden. Damit beginnt
    ein <strong>Zweig</strong>. Der alte bleibt erhalten, und beide teilen alles, was vor der Gabelung steht.
growth-total =
    Nach der Kettenregel ist die <strong>Gesamtwahrscheinlichkeit</strong> eines Zweigs das Produkt der
    Wahrscheinlichkeiten seiner Tokens, erzwungene eingeschlossen. Ein unwahrscheinliches Token senkt sie auf Dauer,
    und doch können spätere Tokens wieder recht wahrscheinlich sein: Sie passen zu dem, was jetzt dasteht. Vergleichbar
    sind nur Zweige gleicher Länge, denn jedes weitere Token verkleinert das Produkt oder lässt es, wie es ist. Bei
    verschiedenen Längen hilft die Perplexität.
growth-still-title = Kandidaten nach „The capital of France is“
growth-still-token = Token
growth-still-logit = Logit
growth-still-probability = Wahrscheinlichkeit
growth-still-others = 49.147 andere
growth-still-caption =
    Von SmolLM2-135M-Instruct in f32 berechnet. Ob <code>␣Paris</code> oder <code>␣the</code> gezogen wird, führt in
    zwei verschiedene Zweige.

# The context window.
window-title = Das Kontextfenster und was es kostet
window-anchor = Link zu „{ window-title }“
window-callout-title = Kontextfenster
window-callout =
    So viele Tokens kann ein Vorwärtsdurchlauf höchstens sehen. Was darüber hinausgeht, gibt es für das Modell nicht:
    Es kann nicht nachgeschlagen werden und hinterlässt keine Spur in den Logits.
window-slides =
    Der Kontext kann nicht ewig wachsen. Jedes Modell hat eine größte Zahl von Positionen, die bei seinem Bau
    festgelegt wurde, und Prompt und Antwort teilen sie sich. Ist das Fenster voll, muss etwas weichen. Hier sind es die
    ältesten Tokens: Das Fenster gleitet.
windows-title = Vier Fenster
windows-model = Modell
windows-tokens = Tokens
windows-words = Wörter, etwa
ruler-room = 4 Tokens: Platz für 2 weitere
ruler-full = 6 Tokens: voll
ruler-free = frei
ruler-slid = 9 Tokens: die ersten 3 sind herausgefallen
ruler-lost = herausgefallen
ruler-caption =
    Ein Fenster von 6 Tokens, damit es hierher passt: Der Rahmen ist, was das Modell sieht, die kleine Zahl ist die
    Position. Nach dem Gleiten zählen die Positionen wieder ab 0.
cost-title = Was ein langer Kontext kostet
cost-pairs =
    In der Aufmerksamkeit wird jede Position mit sich selbst und mit jeder vor ihr verglichen. Bei einem Prompt aus
    { -n } Tokens sind das { -pairs } Paare, also { -O-n2 }: doppelte Länge, vierfach so viele Vergleiche. Jeder Kopf
    jedes Blocks stellt sie an.
cost-cache =
    Was die früheren Positionen enthalten, ändert sich aber nicht, wenn hinter ihnen ein Token dazukommt. Ein
    <strong>KV-Cache</strong> behält ihre Schlüssel und Werte, und dann kostet ein neues Token nur seine eigenen
    { -n } Vergleiche, { -O-n }, und die Matrizenrechnung für ein Token. Die Logits sind mit und ohne ihn gleich. Erst
    wenn das Fenster gleitet, nützt er nichts mehr: Die behaltenen Schlüssel und Werte enthalten noch, was
    herausgefallen ist. Deshalb wird der Cache verworfen und das sichtbare Fenster neu berechnet.
cost-chart =
    Zwei Linien auf logarithmischen Achsen. Mit Cache wachsen die Paare wie n, ohne ihn wie n Quadrat durch 2. Die
    Zahlen stehen in der Tabelle daneben.
cost-axis = Tokens im Kontext, n
cost-line-none = ohne: n(n + 1)/2
cost-line-cached = mit Cache: n
cost-table-title = Verglichene Paare für ein neues Token
cost-with = Mit Cache
cost-without = Ohne
cost-caption =
    Paare von Positionen, die ein Aufmerksamkeitskopf für ein neues Token vergleicht, auf logarithmischen Achsen, bis zu
    den 8.192 Tokens von SmolLM2.

# Key takeaways.
takeaways-title = Das Wichtigste
takeaways-anchor = Link zu „{ takeaways-title }“
takeaway-token = Ein Token sind etwa 4 Zeichen Englisch, aus einem Vokabular von Stücken, das BPE gebaut hat.
takeaway-chain =
    Das Modell gibt { -P-t-i }, eine Verteilung über das nächste Token; die Kettenregel macht daraus die
    Wahrscheinlichkeit jedes Textes.
takeaway-order =
    Die Reihenfolge eines Schritts: Kontext, Einbettung, Transformer, Logits, Softmax, Ziehung; dann kommt das neue
    Token in den Kontext.
takeaway-softmax = Logits sind rohe Bewertungen. Softmax macht daraus eine Verteilung: keine unter 0, zusammen 1.
takeaway-sampling =
    Das Modell gibt die Verteilung, die Ziehung wählt. Nur Greedy-Decoding nimmt immer das wahrscheinlichste Token.
takeaway-pass = Ein Token, ein Vorwärtsdurchlauf.
takeaway-window = Was jenseits des Kontextfensters liegt, kann das Modell nicht sehen.

# Foot.
foot =
    Next Token ist freie Software, wahlweise unter der MIT- oder der Apache-2.0-Lizenz. Das Modell,
    SmolLM2-135M-Instruct von Hugging Face, steht unter Apache-2.0. Es läuft auf dem eigenen Gerät: Was hier
    geschrieben wird, bleibt dort.
foot-licences = Lizenzen
