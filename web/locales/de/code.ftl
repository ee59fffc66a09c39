### code

code-title = Die Schleife als laufender Code
code-hint = Ein Druck auf eine Zeile sagt, was sie tut; einer auf ihre Nummer setzt einen Haltepunkt. Die Werte gehören zu dem Umlauf, in dem die Schleife gerade ist.
code-region-lines = Die Schleife, Zeile für Zeile
code-current = aktuelle Zeile
code-breakpoint = Haltepunkt in Zeile { $number }: { $source }
code-not-yet = noch nicht
code-step-line = Eine Zeile weiter
code-run-to = Bis Zeile { $number }
code-max-new = max_new: so viele Tokens macht ein Aufruf höchstens
code-max-new-wrong = Bitte eine ganze Zahl von 1 bis 10.000 eingeben.
code-explanation-title = Zeile { $number }
code-explanation-follows = folgt der Schleife
code-explanation-pinned = festgehalten; noch ein Druck auf die Zeile, und sie folgt wieder der Schleife

# Values.
code-made = { $made } von { $most } erzeugt
code-unnamed = in der Aufzeichnung ohne Namen
code-chosen = { $token }, selbst gewählt
code-carried = { $token }, gezogen, sagt der Link
code-altered = { $token }, { $coin }, aus geänderten Logits gezogen
code-drawn-at = { $token }, { $coin }, gezogen bei T = { $temperature }

# Why the loop stands still.
code-halt-breakpoint = Am Haltepunkt in Zeile { $number } angehalten, { $source }. „Start“ geht von hier weiter.
code-halt-run-to = Bis Zeile { $number } gelaufen, { $source }.
code-halt-end = Die Schleife ist zu Ende: Token { $token } ist END_OF_TEXT, also bricht Zeile 8 ab.
code-halt-limit = Die Schleife ist zu Ende: max_new = { $most } Tokens sind erzeugt. „Start“ ruft generate noch einmal auf, mit allen davon als Prompt.

# What each line does, in our own words.
code-explain-define = Die Schleife braucht ein Modell, den Prompt als Liste von Tokens und die größte Zahl von Tokens, die sie anhängen darf. Ohne Angabe sind das 50; hier lässt sich die Zahl setzen.
code-explain-copy = Die Schleife arbeitet auf einer Kopie der Tokens des Prompts. Was der Aufrufer hat, bleibt, wie es war; die Kopie wächst.
code-explain-repeat = Ein Umlauf je neuem Token, und nie mehr als max_new: Ein Modell, das seinen Text nicht beendet, schriebe sonst ewig.
code-explain-model = Ein Vorwärtsdurchlauf über alle bisherigen Tokens gibt für jeden Eintrag des Vokabulars eine Zahl, ein Logit. Hier geht fast die ganze Zeit hin.
code-explain-softmax = Softmax teilt die Logits durch die Temperatur und macht positive Zahlen mit der Summe 1 daraus. Wer die Temperatur bewegt, ändert die Wahrscheinlichkeiten und nicht die Logits.
code-explain-sample = Eine Münze u zwischen 0 und 1 wählt nach diesen Wahrscheinlichkeiten ein Token: ein wahrscheinliches öfter als ein seltenes, und nicht immer das wahrscheinlichste. Filter wie Top‑k gelten hier.
code-explain-append = Das neue Token kommt in die Liste, und der nächste Durchlauf liest es als Eingabe. Diese Zeile macht das Modell autoregressiv.
code-explain-stop = Ein besonderes Token bedeutet „hier endet der Text“. Wird es gezogen, hört die Schleife vorzeitig auf.
code-explain-return = Der Aufrufer bekommt die ganze Liste zurück: die Tokens des Prompts und dahinter die neuen.
