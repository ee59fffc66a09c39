### pipeline

pipeline-title = One step, stage by stage
pipeline-stages = The six stages of a step
pipeline-step = Step
pipeline-where = Stage { $number } of 6: { $stage }. Step goes on to { $next }.
pipeline-where-last = Stage { $number } of 6: { $stage }. Step appends the token.

# The stages.
pipeline-context = Context
pipeline-context-caption = all tokens so far
pipeline-embedding = Embedding
pipeline-embedding-caption = tokens become vectors
pipeline-transformer = Transformer
pipeline-transformer-caption = attention and FFN
pipeline-logits = Logits
pipeline-logits-caption = one score per token
pipeline-softmax = Softmax
pipeline-softmax-caption = scores to probabilities
pipeline-sampling = Sampling
pipeline-sampling-caption = one token is drawn

# What each stage has done, for the ear.
pipeline-heard-context = { $count ->
    [one] Context: one token so far.
   *[other] Context: { $shown } tokens so far.
}
pipeline-heard-embedding = Embedding: the last token, { $token }, has become a vector of { $width } numbers.
pipeline-heard-transformer = Transformer: { $layers } layers with { $heads } heads each have mixed into it what stands before.
pipeline-heard-logits = Logits: { $all } scores, one for every token. The highest is { $logit }, for { $token }.
pipeline-heard-softmax = Softmax: the scores have become probabilities. { $token } has { $probability }; the entropy is { $bits } bits.
pipeline-heard-sampling = Sampling: the coin { $u } falls on { $token }, which had a chance of { $probability }.
pipeline-heard-chosen = Sampling: { $token } comes next; no coin was thrown.

# What several stages say.
pipeline-position = Position
pipeline-token = Token
pipeline-tokens = Tokens
pipeline-id = Id
pipeline-rank = Rank
pipeline-logit = Logit
pipeline-probability = Probability
pipeline-entropy = Entropy
pipeline-weight = Weight
pipeline-sum = Sum
pipeline-min = Smallest
pipeline-max = Largest
pipeline-mean = Mean
pipeline-norm = Length (L2 norm)
pipeline-bits = { $bits } bits
pipeline-layer = Layer
pipeline-head = Head
pipeline-unnamed = not named in the recording
pipeline-inside-waiting = Computing…
pipeline-inside-running = Stop the run to look inside.
pipeline-inside-missing = The recording does not have this. The live model does.
pipeline-inside-ended = The text has ended. Undo a token to look inside.
pipeline-not-available = Not available: this engine does not answer it.

# Context.
pipeline-context-tokens = What the model reads
pipeline-context-origin = How it came here
pipeline-context-folded = { $count ->
    [one] … { $shown } earlier token
   *[other] … { $shown } earlier tokens
}
pipeline-context-unseen = out of the window: the model does not see it
pipeline-context-window = The context window
pipeline-context-used = { $used } of { $window } tokens
pipeline-context-total = Tokens so far
pipeline-context-capacity = Window
pipeline-context-share = In use
pipeline-context-first = First visible position
pipeline-context-all = The model sees every token.
pipeline-context-slid = { $count ->
    [one] The window has slid: the first token is out of it.
   *[other] The window has slid: the first { $shown } tokens are out of it.
}
pipeline-context-note = The model reads ids, not letters. Positions count from 0; ␣ marks a space.

# Embedding.
pipeline-embedding-title = The vector of the last token, { $token }
pipeline-embedding-strip = The last token’s vector, one bar per dimension
pipeline-embedding-read = dimension { $dimension } of 0 to { $last }: { $value }
pipeline-embedding-up = up: positive
pipeline-embedding-down = down: negative
pipeline-embedding-dimensions = Dimensions
pipeline-embedding-position = Where the position comes in
pipeline-embedding-learned = The token stands at position { $position }. This model has learned one more vector for each position (wpe) and adds it to the token’s.
pipeline-embedding-rotary = The token stands at position { $position }. Nothing is added to its vector for that. Rotary position embedding works later: in each of the { $heads } heads of all { $layers } layers, queries and keys are turned, pair of numbers by pair, by angles that grow with the position. What a query and a key give together then depends on how far apart they stand.
pipeline-embedding-neighbours = Nearest tokens
pipeline-embedding-neighbours-note = Their vectors point most nearly the same way (cosine 1: exactly the same).
pipeline-embedding-all = All { $count } values
pipeline-cosine = Cosine

# Transformer.
pipeline-transformer-views = What to look at
pipeline-attention = Attention
pipeline-lens = Logit lens
pipeline-norms = Norms
pipeline-grid = Heads of all layers
pipeline-grid-note = Every head of every layer: how it spreads the last position’s attention over the context, first token at the left. Choose one.
pipeline-grid-cell = layer { $layer }, head { $head }: most, { $weight }, on position { $position }
pipeline-head-name = layer { $layer }, head { $head }
pipeline-whole = Whole pattern
pipeline-attention-note = How much the last position takes from each token
pipeline-attention-others = { $count ->
    [one] { $shown } token with less
   *[other] { $shown } tokens with less each
}
pipeline-pattern = Attention pattern: rows look at columns
pipeline-pattern-note = Each row is a position that looks, each column one that it looks at. The upper right is the future: exactly 0.
pipeline-pattern-long = The whole pattern is shown for up to { $most } tokens.
pipeline-pattern-token = { $token } ({ $position })
pipeline-pattern-table = A row for each position that looks, a column for each that it looks at
pipeline-pattern-read = { $query } takes { $weight } from { $key }
pipeline-pattern-future = { $query } cannot see { $key }: exactly 0, it comes later
pipeline-lens-note = What the model would say next if it stopped after each layer: its best tokens, and how undecided it is (entropy in bits).
pipeline-lens-place = { $place }.
pipeline-lens-last = the answer
pipeline-norms-note = Lengths of the residual stream before each layer, and of what attention and FFN add to it. Bars are logarithmic.
pipeline-norms-resid = Residual stream
pipeline-norms-attention = Attention adds
pipeline-norms-ffn = FFN adds

# Logits.
pipeline-logits-number = Logits
pipeline-logits-note = Raw scores of either sign. They have no fixed sum: only their differences matter.
pipeline-logits-top = The highest
pipeline-search = Search the vocabulary
pipeline-search-example = text or id: Paris, ␣mat, 42
pipeline-search-all = Searches every token. A leading space counts; ␣ may stand for it.
pipeline-search-recorded = The recording names only the best { $named } tokens: the search covers these.
pipeline-search-result = { $total ->
    [0] No token fits.
    [one] 1 token fits.
   *[other] { $figure } tokens fit, { $shown } shown.
}
pipeline-histogram = How all logits spread
pipeline-histogram-note = height: tokens, logarithmic
pipeline-histogram-table = As a table
pipeline-histogram-from = From logit

# Softmax.
pipeline-entropy-most = At most, log₂ n
pipeline-tail = Beyond the shown
pipeline-softmax-note = All of the vocabulary takes part, and all add up to 1. Temperature T divides every logit first.
pipeline-softmax-penalised = The repetition penalty has lowered some of these logits.
pipeline-softmax-table = Probabilities
pipeline-softmax-best = For the best token,
pipeline-softmax-zero = T = 0: the largest logit takes all, p = 1
pipeline-softmax-infinite = T = ∞: every token has the same, 1 / { $number } = { $p }
pipeline-softmax-tail = { $count ->
    [one] { $shown } more token
   *[other] all { $shown } others
}
pipeline-logit-z = Logit z

# Sampling.
pipeline-sampling-views = What to look at
pipeline-draw = The draw
pipeline-draw-again = Draw again
pipeline-coin = u = coin(seed { $seed }, position { $position }, draw { $draw }) = { $u }
pipeline-walk = Filter by filter
pipeline-walk-note = From the model’s logit to the chance of being drawn. After each filter what is left is scaled to sum to 1 again; what it took is exactly 0.
pipeline-walk-raw = Logit
pipeline-walk-penalised = After penalty
pipeline-walk-natural = p at T = 1
pipeline-walk-tempered = p at T
pipeline-walk-top-k = After top-k
pipeline-walk-top-p = After top-p
pipeline-walk-min-p = After min-p
pipeline-walk-tokens = Tokens left
pipeline-walk-mass = Mass left
