### frame

# Around every widget.
frame-recorded = recorded run of { $model }
frame-live = live: { $model }
frame-hide = Hide the bars
frame-reveal = Reveal
frame-reset = Reset
frame-present = Full screen
frame-unpresent = Leave full screen
frame-needs-model = This goes beyond the recorded run.

# The buttons that move the loop.
transport-next-token = Next token
transport-run = Run
transport-stop = Stop
