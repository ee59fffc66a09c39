### controls

# The scales of the sampling controls.
scale-temperature-zero = 0: the best candidate always wins
scale-temperature-one = 1.00: the model’s own probabilities
scale-temperature-infinite = infinity: every token equally likely
scale-temperature-sharper = { $value }: sharper than the model’s own
scale-temperature-flatter = { $value }: flatter than the model’s own
scale-temperature-negative = The temperature cannot be below 0.
scale-temperature-wrong = Type a number from 0 to 100, or ∞.
scale-top-k-off = 0: off, all tokens are kept
scale-top-k = { $count ->
    [one] 1: only the best token is kept
   *[other] { $count }: the { $count } best tokens are kept
}
scale-top-k-wrong = Type a whole number from 1 to 1,000,000, or 0 for off.
scale-top-p-off = 1.00: off, all tokens are kept
scale-top-p = { $value }: the best tokens that together reach { $percent } percent
scale-top-p-wrong = Type a number from 0 to 1; 1 keeps all.
scale-seed-wrong = Type a whole number from 0 to 18,446,744,073,709,551,615.
scale-min-p-off = 0.00: off, all tokens are kept
scale-min-p = { $value }: tokens of at least { $percent } percent of the best one’s probability
scale-min-p-wrong = Type a number from 0 to 1; 0 keeps all.
scale-repetition-off = 1.00: off, no logit changes
scale-repetition = { $value }: tokens of the context become less likely
scale-repetition-wrong = Type a number from 1 to 10; 1 changes nothing.

# The controls, in the order in which they are applied.
controls-title = Controls, in order
controls-reset = Reset controls
controls-repetition = Repetition penalty
controls-repetition-value = Repetition penalty value
controls-repetition-low = 1 off
controls-repetition-high = strong 2
controls-repetition-off = no logit changes
controls-lowered = { $count ->
    [one] { $shown } token of the context lowered
   *[other] { $shown } tokens of the context lowered
}
controls-temperature = Temperature
controls-temperature-value = Temperature value
controls-temperature-low = 0 winner takes all
controls-temperature-high = uniform ∞
controls-entropy = entropy { $before } → { $after } bits
controls-top-k = Top-k
controls-top-k-value = Top-k value
controls-top-k-low = 1 best only
controls-top-p = Top-p
controls-top-p-value = Top-p value
controls-top-p-low = 0 best only
controls-min-p = Min-p
controls-min-p-value = Min-p value
controls-min-p-high = best only 1
controls-off = off
controls-left = { $before } → { $after } tokens, { $mass }
controls-seed = Seed
controls-new-seed = New seed
controls-seed-hint = Same seed, same controls, same text: the same tokens again.

# The table of candidates, and the coin.
candidates-title = Candidates for position { $position }
candidates-title-none = Candidates for the next token
candidates-entropy = Entropy { $bits } of { $most } bits
candidates-entropy-none = Entropy –
candidates-caption = Press a token to make it the next one, whatever the coin says.
candidates-rank = Rank
candidates-token = Token
candidates-logit = Logit
candidates-probability = Probability
candidates-scale = {" "}(full bar: { $percent } %)
candidates-drawn = After filters
candidates-choose = Choose{" "}
candidates-next = , next
candidates-out = out: 0
candidates-others = all { $count } others
candidates-others-none = all others
candidates-coin-none = The coin u decides the next token.
candidates-coin-forced = You chose { $token }; no coin was thrown.
candidates-coin-falls = u = { $u } falls in the share of { $token }: { $low } to { $high }
candidates-coin-fell = u = { $u } fell in the share of { $token }: { $low } to { $high }

# The context.
context-title = Context
context-folded = … { $count } earlier tokens
context-given = prompt
context-drawn = drawn
context-forced = chosen by you
context-nothing = Nothing generated yet
context-ledger = ln P = { $log_probability }, perplexity { $perplexity }
