### page

tokens-count = { $count ->
    [one] { $shown } token
   *[other] { $shown } tokens
}

# The engine's life.
engine-starting = Starting the engine…
engine-restarting = Starting a fresh engine…
engine-off = The engine is off.
engine-start-again = Start again
engine-reload = Reload the page
engine-silent = it has not answered for some seconds
engine-no-buffer = it is not a buffer
engine-not-loaded = its program could not be loaded
engine-no-workers = this browser starts no workers here
death-restarting = The engine stopped ({ $reason }). Starting a fresh one…
death-over = The engine stopped ({ $reason }). A fresh one has taken over; nothing of yours is lost.
death-getting-ready = The engine stopped ({ $reason }). A fresh one is getting ready.
death-again = The engine stopped again and again ({ $reason }). Your text and tokens are still here.

# The model's strip.
model-region = Model
model-progress-label = Loading the model
model-looking = Looking for the model…
model-absent = The model is not here.
model-try-again = Try again
model-not-loaded = The live model is not loaded yet.
model-nameless = the model
model-load = Load { $model } ({ $size })
model-offer = { $quantization }{ $licence }. It runs on this device; no text leaves it.{ $kept }
model-licence = , licence { $licence }
model-kept = {" "}{ $size } of it are here already.
model-unkept = The weights cannot be kept here: each visit downloads the { $size } anew.
model-loading = Loading { $model }…
model-progress = { $received } of { $total } ({ $percent } %){ $cached }
model-from-cache = , { $megabytes } MB from this browser’s cache
model-cancel = Cancel
model-ready = { $model } is ready.
model-ready-details = { $quantization } · { $layers } layers · { $vocabulary } tokens known · window of { $window } tokens · { $size }{ $memory }
model-back = Back to { $model }
model-back-nameless = Back to the page’s model
model-memory = {" "}· { $size } of memory
# Where several frames on a page have one engine.
model-memory-shared = {" "}· { $size } of memory for all frames here

# The prompt.
prompt-label = Prompt
prompt-reset = Reset prompt
prompt-hint = A new text starts a new context.
prompt-needs-model = A text of your own needs the live model. Below is the recorded run.
prompt-refused = No tokens for this text. { $why }

# The run.
run-region = Generate
run-speed = Speed
run-draw-again = Draw again
run-undo = Undo
run-back = Back to the prompt
run-rate-unit = tokens/s
run-engine = engine { $milliseconds } ms for { $computed } computed, { $kept } kept
run-engine-idle = engine –
pace-fast = as fast as it goes
pace-four = 4 per second
pace-one = 1 per second
run-running = Running: each new token joins the context and becomes input.
run-reading = Reading { $done } of { $total } tokens…
run-end-of-text = The model ended its text with { $token }. Undo, or choose another token.
run-limit = Stopped: max_new = { $most } tokens are made. Run again for as many more.
run-breakpoint = Stopped at a breakpoint in the code. Run goes on from there.
run-beyond-record = The recorded run does not go this way. Load the live model to go on.
run-stopped = Stopped.
run-engine-dead = Start the engine again, above, to go on. Your tokens are kept.
run-engine-outdated = Reload the page to go on. Your text is kept.
run-engine-crashed = Waiting for a fresh engine. Your tokens are kept.
run-failed = { $why } “Next token” tries again.
run-window-full = Stopped: the context window is full. One more token pushes the first one out of sight.
run-load-first = Load the model to begin.
run-write-first = Write something: the model needs at least one token to go on from.
run-computing = Computing the logits…
run-drawn = The next token has been drawn. Press “Next token” to append it.

# What a screen reader says.
said-running = Running.
said-run = { $count ->
    [one] One token: { $text }. { $why }
   *[other] { $shown } tokens: { $text }. { $why }
}
said-moved = The text ends with { $token } now.
said-prompt = Back at the prompt.
said-end-of-text = { $token }: the end of the text.
said-chosen = { $token }, { $probability }, chosen by you
said-drawn = { $token }, { $probability }, rank { $rank }
spoken-percent = { $percent } percent
spoken-percent-below = less than { $percent } percent
spoken-percent-above = more than { $percent } percent
spoken-bytes = bytes { $bytes }
spoken-line-break = line break
spoken-tab = tab
spoken-space = space
spoken-comma = comma
spoken-full-stop = full stop
spoken-question-mark = question mark
spoken-exclamation-mark = exclamation mark
spoken-colon = colon
spoken-semicolon = semicolon
spoken-dash = dash
spoken-quotation-mark = quotation mark
spoken-apostrophe = apostrophe
spoken-bracket = bracket
token-control = control token
token-numbered = token { $id }
not-a-number = not a number

# How a token came into the context.
origin-given = part of the prompt
origin-chosen = chosen by you; the model gave it { $probability }
origin-drawn = drawn, rank { $rank }; the model gave it { $probability }
origin-altered = drawn from logits that you altered, rank { $rank }; the model gave it { $probability }

# The link to the page in another language, where that is the one chosen last.
language-chosen = {" "}(chosen last)

# The colours.
theme-legend = Colours
theme-auto = Auto
theme-light = Light
theme-dark = Dark

# A model from the reader's own files.
open-file = Open a file…
open-folder = Open a folder…
open-file-count = { $count } files
drop-here = Drop a model’s files here: a GGUF, or a folder
new-model-reading = Reading what { $files } holds…
new-model-described = This is in { $files }. Nothing is replaced yet.
new-model-offered = { $size } must be fetched first. Nothing is replaced yet.
new-model-unread = Left out, as the browser cannot read it: { $names }.
new-model-folders = Only a folder’s own files are read, not those of the folders in it: { $names }.
new-model-loading = Reading the weights, { $percent }. The present model stays until they are here.
new-model-refused = It cannot be opened. The present model stays as it is.
new-model-use = Use this model
new-model-keep = Keep the present one
fact-architecture = Architecture
fact-layers = Layers
fact-heads = Heads
fact-heads-grouped = { $heads } on { $keys } key-value
fact-width = Width
fact-ffn = Feed-forward width
fact-vocabulary = Vocabulary
fact-window = Context
fact-tokens = { $count } tokens
fact-quantization = Quantization
fact-positions = Positions
fact-positions-learned = learned
fact-positions-rotary = rotary, base { $base }
fact-norm = Norm
fact-activation = Activation
fact-head = Output head
fact-head-tied = the embedding
fact-head-own = its own
fact-size = Size
fact-licence = Licence
fact-memory = Memory
fact-about = about { $size }
