### numbers: how the language writes them

# The mark before the decimals, the mark between thousands, the sign of multiplication.
number-decimal = .
number-group = ,
number-times = ×
