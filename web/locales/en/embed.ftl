### embed

# The button on each widget, and its dialog.
embed-button = Embed
embed-title = Embed this widget
embed-words = Paste one of these into a page of yours. The widget runs in its reader’s browser; no text leaves it.
embed-theme-auto = as the page around it
embed-live = Live model
embed-live-auto = at once if it is in the cache
embed-live-ask = when the reader asks
embed-live-recorded = never: recorded run only
embed-with-state = With the present state
embed-iframe = Plain frame
embed-element = Element that fits itself
embed-address = Address
embed-copy = Copy
embed-said-copied = It is copied.

# In a frame.
embed-desk = Prompt, model and run
embed-desk-model = Model
embed-lesson = Next Token: open in the lesson ↗
embed-recorded-only = The recorded run is all that is shown here. The live model runs in the lesson.
embed-load = Load the live model
embed-unknown = There is no widget “{ $name }”. There are these:
embed-nameless = This address names no widget. There are these:
