### context_growth

growth-title = The context, row by row
growth-hint = One row per position, counted from 0: the text so far, and what the model thinks comes next. Press any bar to take that token instead: a branch begins there.
growth-undo = Undo
growth-rows = Rows of the growing context
growth-fold = { $rows ->
    [one] Show { $shown } earlier row
   *[other] Show { $shown } earlier rows
}
growth-unfold = Show only the last rows
growth-position = Position { $position }
growth-next = next
growth-row-name = Candidates for position { $position }
growth-computing = the model is at work…
growth-choose = Choose
growth-chosen = chosen
growth-others = all { $count } others
growth-rank = #{ $rank }
growth-out = out: 0
growth-by-you = chosen by you
growth-from-altered = drawn from altered logits
growth-controls = drawn at { $controls }
growth-temperature = T = { $temperature }
growth-top-k = top-k { $k }
growth-top-p = top-p { $p }
growth-min-p = min-p { $p }
growth-penalty = repetition penalty { $penalty }

# The branches.
branches-title = Branches
branches-hint = Press a branch to go there. P is what the model gives all its tokens after the prompt together, at T = 1 and unfiltered.
branches-none = Nothing is generated yet.
branches-name = Branch { $number }
branches-from = { $shared ->
    [0] from branch { $parent }, after the prompt
    [one] from branch { $parent }, after { $shared } token
   *[other] from branch { $parent }, after { $shown } tokens
}
branches-compare = Compare
branches-compare-name = Compare the present branch with branch { $number }
branches-figures = ln P = { $ln }, P = { $probability }, perplexity { $perplexity }
branches-parting = Branches { $one } and { $other } share { $shown } tokens: { $text }
branches-caption = How they go on from position { $position }, each token with the model’s probability (T = 1)
branches-column-position = Position
branches-more = { $count ->
    [one] and { $shown } token more
   *[other] and { $shown } tokens more
}
