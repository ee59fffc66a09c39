### embed

# The button on each widget, and its dialog.
embed-button = Einbetten
embed-title = Dieses Widget einbetten
embed-words = Eines davon in die eigene Seite einfügen. Das Widget läuft im Browser dessen, der sie liest; kein Text verlässt ihn.
embed-theme-auto = wie die Seite ringsum
embed-live = Live-Modell
embed-live-auto = sofort, wenn es im Cache liegt
embed-live-ask = auf Wunsch
embed-live-recorded = nie: nur der aufgezeichnete Lauf
embed-with-state = Mit dem jetzigen Zustand
embed-iframe = Einfacher Rahmen
embed-element = Element, das sich selbst anpasst
embed-address = Adresse
embed-copy = Kopieren
embed-said-copied = Ist kopiert.

# In a frame.
embed-desk = Prompt, Modell und Lauf
embed-desk-model = Modell
embed-lesson = Next Token: in der Lektion öffnen ↗
embed-recorded-only = Hier wird nur der aufgezeichnete Lauf gezeigt. Das Live-Modell läuft in der Lektion.
embed-load = Live-Modell laden
embed-unknown = Ein Widget „{ $name }“ gibt es nicht. Es gibt diese:
embed-nameless = Diese Adresse nennt kein Widget. Es gibt diese:
