### page

tokens-count = { $count ->
    [one] { $shown } token
   *[other] { $shown } tokens
}
