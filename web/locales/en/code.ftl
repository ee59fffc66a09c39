### code

code-title = The loop as running code
code-hint = Press a line to read what it does, or its number to set a breakpoint. Values are those of the round that the loop is in.
code-region-lines = The loop, line by line
code-current = current line
code-breakpoint = Breakpoint on line { $number }: { $source }
code-not-yet = not yet
code-step-line = Step line
code-run-to = Run to line { $number }
code-max-new = max_new: the most tokens one call makes
code-max-new-wrong = Type a whole number from 1 to 10,000.
code-explanation-title = Line { $number }
code-explanation-follows = follows the loop
code-explanation-pinned = kept; press the line again to follow the loop

# Values.
code-made = { $made } of { $most } made
code-unnamed = not named in the recording
code-chosen = { $token }, chosen by you
code-altered = { $token }, { $coin }, drawn from altered logits
code-drawn-at = { $token }, { $coin }, drawn at T = { $temperature }

# Why the loop stands still.
code-halt-breakpoint = Stopped by the breakpoint on line { $number }, { $source }. Run goes on from here.
code-halt-run-to = Ran to line { $number }, { $source }.
code-halt-end = The loop is over: token { $token } is END_OF_TEXT, so line 8 breaks.
code-halt-limit = The loop is over: max_new = { $most } tokens are made. Run calls generate again, with all of them as its prompt.

# What each line does, in our own words.
code-explain-define = The loop needs a model, the prompt as a list of tokens, and the most tokens it may add. Unless you say otherwise that is 50; set it here.
code-explain-copy = The loop works on a copy of the prompt’s tokens. What the caller holds stays as it was; the copy is what grows.
code-explain-repeat = Once round per new token, and never more than max_new times: a model that does not end its text would write for ever.
code-explain-model = One forward pass over all tokens so far gives one number, a logit, for every entry of the vocabulary. This is where nearly all the time goes.
code-explain-softmax = Softmax divides the logits by the temperature and makes them positive numbers that sum to 1. Move the temperature: the probabilities change and the logits do not.
code-explain-sample = A coin u between 0 and 1 picks one token by these probabilities: a likely one more often than a rare one, and not always the likeliest. Filters such as top-k apply here.
code-explain-append = The new token joins the list, so the next pass reads it as input. This line makes the model autoregressive.
code-explain-stop = One special token means “the text ends here”. When it is drawn, the loop stops early.
code-explain-return = The caller gets the whole list back: the prompt’s tokens and the new ones after them.
