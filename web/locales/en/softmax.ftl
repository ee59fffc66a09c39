### softmax

softmax-title = 6 classes
softmax-words-own = Six words with made-up logits. Drag a handle: every p changes, and their sum stays 1.
softmax-words-model = The model’s six best tokens for position { $position }. Softmax still runs over all { $vocabulary }.
softmax-words-waiting = The model’s logits are not here yet: load the model to see its six best tokens.
softmax-fill = Fill with the model’s top six

softmax-word-roof = roof
softmax-word-sofa = sofa
softmax-word-floor = floor
softmax-word-window = window
softmax-word-bed = bed
softmax-word-water = water
softmax-rest = everything else
softmax-rest-count = { $count ->
    [one] { $shown } token
   *[other] { $shown } tokens
}

# A handle, and its state.
softmax-slider = Logit of { $word }
softmax-value = { $logit }
softmax-value-off = { $logit }, outside the axis
softmax-value-altered = { $logit }, altered, the model gave { $was }
softmax-value-altered-off = { $logit }, altered, outside the axis, the model gave { $was }
softmax-off-axis = off the axis
softmax-altered = altered
softmax-give-back = Give back the logit of { $word }: { $logit }
softmax-said = { $word }: p { $sign } { $probability }
softmax-drawn = drawn { $chance }
softmax-filtered = out: 0

# A typed logit.
softmax-field = Logit { $number }
softmax-field-wrong = Type a number, such as 2.4 or −1.
softmax-field-range = Type a number from −10,000 to 10,000.
softmax-field-later = Wait until the model’s answer is here.

# The temperature and what becomes of it.
softmax-at-zero = T = 0 is the limit: all of it goes to the largest z, and among equal ones to the first.
softmax-below-one = Below 1: differences grow, the likely get likelier.
softmax-at-one = T = 1: the logits as they are.
softmax-above-one = Above 1: differences shrink, the unlikely gain.
softmax-at-infinity = T = ∞: z/T is 0 for all, so all are equally likely.
softmax-entropy = H = { $bits } of { $most } bits
softmax-entropy-name = Entropy
softmax-winner = winner:
softmax-winner-none = none, all are equal

# The formula and the table.
softmax-formula = Formula for
softmax-formula-winner = the winner
softmax-formula-name = Softmax with the present numbers
softmax-terms = { $count ->
    [one] { $shown } term in the sum
   *[other] { $shown } terms in the sum
}
softmax-table = The numbers behind the bars
softmax-table-name = Class
softmax-table-weight = e to the power of z minus the largest z, divided by T
softmax-table-drawn = drawn
softmax-table-sum = { $count ->
    [one] Sum
   *[other] Sum of { $shown }
}

# Add the same to all.
softmax-add = Add the same to every z:
softmax-add-less = Take 1 from every logit
softmax-add-more = Add 1 to every logit
softmax-add-hint = Only differences count: watch the p stay as they are.
softmax-added = { $constant } on every z, and no p has changed.
softmax-restore-words = Reset the six

# Draw from the model's, altered or not.
softmax-would-wait = No coin is thrown for this position.
softmax-would-draw = The coin u = { $coin } falls on { $token }: its share goes from { $low } to { $high }.
softmax-unnamed = a token that the recording does not name
softmax-continue = Continue with these logits
softmax-draw-again = Draw again
softmax-restore-model = Give all logits back
softmax-restored = All logits are the model’s again.
softmax-altered-none = Drag one: that entry of the whole distribution changes, the others keep their logits.
softmax-altered-count = { $count ->
    [one] One logit is yours, all others are the model’s.
   *[other] { $count } logits are yours, all others are the model’s.
}
softmax-record = Last token { $token }: { $how }.
