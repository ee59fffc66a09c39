### link

# The button, and what is said when it is pressed.
link-copy = Copy link
link-copied = Copied ✓
link-said-copied = The link is copied.
link-dialog-title = The link to what this page shows
link-by-hand = This browser does not let the page copy it. It is marked: copy it from here.
link-field = Link
link-close = Close
link-long-prompt = There is no link to this: its prompt has { $tokens } tokens, and a link holds { $most } at most.
link-long-run = There is no link to this: { $tokens } tokens were made after the prompt, on all branches together, and a link holds { $most } at most. “Reset” or a shorter run makes room.
link-long = There is no link to this: it would have { $length } characters, and { $most } are the most that every program passes on. Shorter texts, those of the tokenizer and the chain rule among them, make room.

# What became of the link that the page was opened with.
link-opened = This is what a link says.
link-first = Its run appears as soon as there is a model.
link-waits = The link’s run was made with { $model }. To { $here } its tokens would be others: the run waits until { $model } is opened here. The link’s text, controls and seed are set.
link-missing = { $model } has no token { $token }: it and all that was made after it are left out.
link-recorded = Its figures are recorded ones; the live model will compute them anew.
link-unscored = { $count ->
    [one] { $shown } of its tokens has no figures yet: the recorded run does not go there. The live model computes them.
   *[other] { $shown } of its tokens have no figures yet: the recorded run does not go there. The live model computes them.
}
link-scoring = { $count ->
    [one] The model has { $shown } of its tokens left to score.
   *[other] The model has { $shown } of its tokens left to score.
}
link-same = The model here has scored it anew, and would have drawn the same tokens.
link-differs = { $count ->
    [one] The model here has scored it anew, and at { $shown } place would have drawn another token: { $places }. The link’s token is kept.
   *[other] The model here has scored it anew, and at { $shown } places would have drawn other tokens: { $places }. The link’s tokens are kept.
}
link-place = position { $position }, { $link } in the link, { $here } here
link-back = Back to what was here
link-dismiss = Close this note

# What of a link is left out.
link-too-long = The link is too long and was not opened: { $length } characters, where { $most } are the most.
link-version = The link is of version { $version } and was not opened: this page reads version 1. A newer page may read it.
link-cut = The link was cut off: the end of “{ $field }” and what came after it are missing.
link-changed = The link is not as it was made: some of it may be missing or wrong.
link-value = “{ $field }” is left out: “{ $value }” makes no sense there.
link-twice = “{ $field }” is there twice: only the first is used.
link-alone = “{ $field }” is left out: the link has no tokens of a prompt.
link-tree = Its tokens are left out from number { $from } on: “{ $value }” makes no sense there.
link-unknown = “{ $field }” is left out: this page does not know it, or not with this value.
link-more = { $count ->
    [one] And { $shown } thing more.
   *[other] And { $shown } things more.
}

# In the widgets.
link-source = run from a link; figures: recorded run of { $model }
link-no-ledger = no total yet: the live model scores it
link-carried = from the link, not scored yet
link-coin = { $token } comes from the link; the live model says how likely it was.
link-coin-elsewhere = u = { $u } falls elsewhere on this device; the link’s { $token }, from { $low } to { $high }, is kept.
link-said = { $token }, from a link
link-origin-chosen = chosen by hand, says the link; not scored yet
link-origin-drawn = drawn, says the link; not scored yet
link-origin-differs = { $how }; this device would have drawn another token
code-carried = { $token }, drawn, says the link
