### frame

# Around every widget.
frame-recorded = aufgezeichneter Lauf von { $model }
frame-live = live: { $model }
frame-hide = Verdecken
frame-reveal = Aufdecken
frame-reset = Zurücksetzen
frame-present = Vollbild
frame-unpresent = Vollbild verlassen
frame-needs-model = Das geht über den aufgezeichneten Lauf hinaus.

# The buttons that move the loop.
transport-next-token = Nächstes Token
transport-run = Start
transport-stop = Stopp
