### context_window

window-title = What the model sees, and what the next token costs
window-hint = The window holds only so many tokens. Make it small and go on: the first ones fall out, and the model no longer knows of them.
window-size = Window
window-size-small = { $shown } tokens
window-size-model = { $shown } tokens, the model’s own
window-ruler = The text on the window’s ruler
window-empty = No token yet: all { $window } places are free.
window-room = { $tokens ->
    [one] 1 token in a window of { $window }: room for { $free } more.
   *[other] { $shown } tokens in a window of { $window }: room for { $free } more.
}
window-full = { $shown } tokens fill the window of { $window }: the next one pushes the first out.
window-slid = { $lost ->
    [one] { $shown } tokens, a window of { $window }: the first one has fallen out.
   *[other] { $shown } tokens, a window of { $window }: the first { $shown_lost } have fallen out.
}
window-fallen = fallen out
window-place = place { $place }
window-free = free
window-more-lost = { $count } earlier ones fallen out
window-more-seen = { $count } more within
window-more-free = { $count } places free

window-cost = The cost of the next token
window-cost-measure = Measure
window-cost-stop = Stop
window-cost-caption = One pass over the tokens in the window, with a KV cache and without
window-cost-what = What
window-with = With KV cache
window-without = Without
window-computed = Tokens through the model
window-reused = Tokens kept in the cache
window-formula = Multiply-adds, by the formula
window-counted = Multiply-adds, counted
window-milliseconds = Milliseconds, measured
window-logits = Fingerprint of the logits
window-said-recorded = The figures follow from the formula. Counting in the kernels and measuring the time take the live model.
window-said-empty = Write a prompt: a pass needs at least one token.
window-said-press = Press “Measure”: the live model makes the pass twice, with its cache and without.
window-said-busy = Measuring: the same pass twice, with the cache and without…
window-said-refused = The passes could not be made: { $why }
window-said-same = The same logits to the bit with and without the cache: compared, not assumed. Without it the pass took { $ratio } times the multiply-adds.
window-said-one = One token alone has nothing before it to keep: both passes are the same work, with the same logits to the bit.
window-said-slid = The window has slid. What was kept still carried what fell out, so the cache was dropped and the { $visible } visible tokens were computed anew: the same work as without, and the same logits to the bit.
window-said-differ = The two passes gave different logits. That is a mistake in the engine, please report it.
window-said-count-agrees = The kernels counted what the formula says.
window-said-count-differs = The kernels counted another number than the formula gives: please report it.

window-curves = How the cost grows
window-curves-alt = Multiply-adds of one pass over n tokens, both axes logarithmic, from 1 token to the model’s { $window }. With a cache { $first } for one token and { $cached } at the end; without, { $whole }. The figures are in the table below.
window-axis = tokens in the window, n
window-line-cached = with a cache, all: O(n)
window-line-whole = without, all: O(n²)
window-line-cached-attention = with a cache, attention alone
window-line-whole-attention = without, attention alone
window-mark = Your text: circles with the cache, squares without. Filled: counted in the kernels. Hollow: by the formula.
window-limit = window: { $window }
window-parts = One token’s products with the weights: W = { $weights }. One query with one key and value, all heads and layers: P = { $pair }. The scores of the whole vocabulary, once a pass: H = { $head }.
window-parts-formula = With a cache: W + n·P + H. Without: n·W + n(n + 1)/2·P + H.
window-table = The figures behind the curves
window-table-caption = Multiply-adds of one pass over n tokens, and of that attention
window-table-tokens = n
window-table-all = all
window-table-attention = attention
window-runs = Your measurements ({ $count })
window-runs-caption = What was measured on this text: counted multiply-adds and milliseconds
window-runs-none = Nothing is measured yet.
window-runs-tokens = Tokens
window-runs-window = Window
window-runs-logits = Logits
window-runs-same = same
window-runs-differ = differ
window-runs-counted = counted
window-runs-milliseconds = ms
