### chain_rule

chain-title = A text’s probability, token by token
chain-first = First text
chain-second = Second text
chain-hint = Up to { $most } characters. The model scores it when you stop typing.
chain-hint-recorded = The recorded run. Your own text needs the live model.
chain-working = The model is scoring it…
chain-working-at = The model is scoring it: { $done } of { $total } tokens.
chain-waits = It is scored as soon as the model is idle.
chain-refused = This text cannot be scored. { $why }
chain-empty = Write a text to score.
chain-needs-model = This text has not been recorded: it needs the live model.
chain-too-short = One token alone: it is given, and nothing is left to predict.

# The legend.
chain-legend = Surprise of a token, in bits
chain-level-given = given
chain-level-0 = under 1
chain-level-1 = 1 to 3
chain-level-2 = 3 to 6
chain-level-3 = 6 to 10
chain-level-4 = 10 or more

# The ledger.
chain-strip = The text, each token with its surprise in bits
chain-formula = The chain rule with this text’s numbers
chain-perplexity-word = perplexity
chain-table-first = Ledger of the first text
chain-table-second = Ledger of the second text
chain-token = Token
chain-chance = P, given those before
chain-product = Product so far
chain-sum = Sum of ln so far
chain-bits = Surprise in bits
chain-rank = Rank
chain-given = given
chain-given-recorded = given: the recording begins after it
chain-begin = put there by the model
chain-note-given = This model puts no token of its own before a text. So nothing predicts the first one: it is given.
chain-note-begins = This model puts a token of its own before every text. So the first one of yours is predicted too.
chain-note-recorded = The recording has what the model said after its prompt of { $count } tokens. Those are given here.
chain-dropped = Only the last { $count } tokens fit into the model’s window.

# Both beside each other.
chain-compare = Both texts, compared
chain-measure = Measure
chain-predicted = Tokens predicted
chain-probability = Product of their probabilities
chain-log = Sum of ln
chain-total-bits = Surprise in all, bits
chain-mean-bits = Surprise per token, bits
chain-perplexity = Perplexity
chain-verdict-none = A second ledger is needed to compare.
chain-verdict-same = Per token, both surprise the model alike.
chain-verdict-first = Per token, the first text surprises the model less: as if it chose among { $first } tokens, and among { $second } for the second.
chain-verdict-second = Per token, the second text surprises the model less: as if it chose among { $second } tokens, and among { $first } for the first.
