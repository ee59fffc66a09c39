### tokenizer

tokenizer-title = Cut a text into tokens
tokenizer-text = Text to cut
tokenizer-hint = Up to { $most } characters. Press a word to see its merges.
tokenizer-examples = Texts to try
tokenizer-refused = This text cannot be cut. { $why }

# The way to a live tokenizer.
tokenizer-call = A text of your own needs the tokenizer, which lies in the first part of the model.
tokenizer-load = Load the tokenizer ({ $size })
tokenizer-load-nameless = Load the tokenizer
tokenizer-loading = Loading the tokenizer: { $received } of { $size }.
tokenizer-cancel = Cancel
tokenizer-comes = The tokenizer comes with the model, which is being loaded.
tokenizer-waits = The engine is starting…
tokenizer-failed = { $why } Nothing of yours is lost.
tokenizer-again = Try again

# The pieces.
tokenizer-words = The text, cut
tokenizer-empty = There is nothing to cut yet.
tokenizer-word = Show the merges of
tokenizer-control = control token
tokenizer-cut-count = { $count ->
    [one] { $shown } token
   *[other] { $shown } tokens
} from { $characters } characters, in { $bytes } bytes

# Measured beside the rule.
tokenizer-figures = This text beside the rule of thumb
tokenizer-figure = Measure
tokenizer-yours = This text
tokenizer-rule = English, as a rule
tokenizer-per-token = Characters for each token
tokenizer-per-token-rule = about 4
tokenizer-per-hundred = Words for 100 tokens
tokenizer-per-hundred-rule = about 75
tokenizer-figures-note = A character is a Unicode code point, a word what stands between spaces.

# The merges of a word.
tokenizer-merges-title = Merges of
tokenizer-merges-none = Choose a word above.
tokenizer-merges-control = A control token has a name and no text: nothing is merged.
tokenizer-merges-unknown = This tokenizer’s merges cannot be followed one by one.
tokenizer-merges-alone = Nothing is merged: each piece stays as it is.
tokenizer-first = First
tokenizer-back = Back
tokenizer-next = Next merge
tokenizer-last = All
tokenizer-step = { $done } of { $total }
tokenizer-now = Pieces now
tokenizer-next-rank = Next: { $pair }, number { $rank } in the list of merges.
tokenizer-next-score = Next: { $pair }, which makes the token of the best score, { $score }.
tokenizer-done-rank = Done: no two neighbours stand in the list of merges.
tokenizer-done-score = Done: no two neighbours make a token.
tokenizer-about-ranks = The list of merges was made in training and counts from 0. Of all pairs of neighbours, the one that stands first in the list is joined first; the leftmost, if it occurs twice.
tokenizer-about-scores = This tokenizer is of SentencePiece’s kind. It starts from characters and puts a space before the text. It has no list of merges: of all neighbours that together make a token, those whose token has the best score are joined first. What has no token is written byte by byte.
tokenizer-merges-table = Merges, in the order in which they are made
tokenizer-place = Place in the list
tokenizer-score = Score
tokenizer-joins = Joins
tokenizer-gives = Gives
tokenizer-state = State
tokenizer-state-done = done
tokenizer-state-next = next
tokenizer-rows = Merges { $from } to { $to } of { $total }; the table follows the step
