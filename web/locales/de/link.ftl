### link

# The button, and what is said when it is pressed.
link-copy = Link kopieren
link-copied = Kopiert ✓
link-said-copied = Der Link ist kopiert.
link-dialog-title = Der Link zu dem, was diese Seite zeigt
link-by-hand = Dieser Browser lässt die Seite nicht kopieren. Der Link ist markiert und lässt sich von hier kopieren.
link-field = Link
link-close = Schließen
link-long-prompt = Dafür gibt es keinen Link: Der Prompt hat { $tokens } Tokens, und ein Link fasst höchstens { $most }.
link-long-run = Dafür gibt es keinen Link: Nach dem Prompt wurden auf allen Zweigen zusammen { $tokens } Tokens erzeugt, und ein Link fasst höchstens { $most }. „Zurücksetzen“ oder ein kürzerer Lauf schafft Platz.
link-long = Dafür gibt es keinen Link: Er hätte { $length } Zeichen, und mehr als { $most } reicht nicht jedes Programm weiter. Kürzere Texte schaffen Platz, auch die von Tokenizer und Kettenregel.

# What became of the link that the page was opened with.
link-opened = Das sagt ein Link.
link-first = Sein Lauf erscheint, sobald ein Modell da ist.
link-waits = Der Lauf des Links entstand mit { $model }. Für { $here } wären seine Tokens andere: Der Lauf wartet, bis { $model } hier geöffnet ist. Text, Regler und Startwert des Links sind eingestellt.
link-missing = { $model } hat kein Token { $token }: Es fehlt, und alles, was danach erzeugt wurde.
link-recorded = Seine Zahlen sind aufgezeichnet; das Live-Modell rechnet sie neu.
link-unscored = { $count ->
    [one] { $shown } seiner Tokens hat noch keine Zahlen: So weit reicht der aufgezeichnete Lauf nicht. Das Live-Modell rechnet sie.
   *[other] { $shown } seiner Tokens haben noch keine Zahlen: So weit reicht der aufgezeichnete Lauf nicht. Das Live-Modell rechnet sie.
}
link-scoring = { $count ->
    [one] Das Modell muss noch { $shown } seiner Tokens bewerten.
   *[other] Das Modell muss noch { $shown } seiner Tokens bewerten.
}
link-same = Das Modell hier hat ihn neu bewertet und hätte dieselben Tokens gezogen.
link-differs = { $count ->
    [one] Das Modell hier hat ihn neu bewertet und hätte an { $shown } Stelle ein anderes Token gezogen: { $places }. Das Token des Links bleibt.
   *[other] Das Modell hier hat ihn neu bewertet und hätte an { $shown } Stellen andere Tokens gezogen: { $places }. Die Tokens des Links bleiben.
}
link-place = Position { $position }, { $link } im Link, { $here } hier
link-back = Zurück zu dem, was hier war
link-dismiss = Diesen Hinweis schließen

# What of a link is left out.
link-too-long = Der Link ist zu lang und wurde nicht geöffnet: { $length } Zeichen, höchstens { $most } sind erlaubt.
link-version = Der Link hat die Version { $version } und wurde nicht geöffnet: Diese Seite liest Version 1. Eine neuere Seite kann ihn vielleicht lesen.
link-cut = Der Link wurde abgeschnitten: Das Ende von „{ $field }“ und was danach kam fehlen.
link-changed = Der Link ist nicht, wie er gemacht wurde: Einiges kann fehlen oder falsch sein.
link-value = „{ $field }“ ist weggelassen: „{ $value }“ ergibt dort keinen Sinn.
link-twice = „{ $field }“ kommt zweimal vor: Nur das erste zählt.
link-alone = „{ $field }“ ist weggelassen: Der Link enthält keine Tokens eines Prompts.
link-tree = Seine Tokens sind ab Nummer { $from } weggelassen: „{ $value }“ ergibt dort keinen Sinn.
link-unknown = „{ $field }“ ist weggelassen: Diese Seite kennt es nicht, oder nicht mit diesem Wert.
link-more = { $count ->
    [one] Und noch { $shown } Sache.
   *[other] Und noch { $shown } Sachen.
}

# In the widgets.
link-source = Lauf aus einem Link; Zahlen: aufgezeichneter Lauf von { $model }
link-no-ledger = noch keine Summe: Das Live-Modell bewertet sie
link-carried = aus dem Link, noch nicht bewertet
link-coin = { $token } kommt aus dem Link; das Live-Modell sagt, wie wahrscheinlich es war.
link-coin-elsewhere = u = { $u } fällt auf diesem Gerät woanders hin; das { $token } des Links, von { $low } bis { $high }, bleibt.
link-said = { $token }, aus einem Link
link-origin-chosen = von Hand gewählt, sagt der Link; noch nicht bewertet
link-origin-drawn = gezogen, sagt der Link; noch nicht bewertet
link-origin-differs = { $how }; dieses Gerät hätte ein anderes Token gezogen
