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
