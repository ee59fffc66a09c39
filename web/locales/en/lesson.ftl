### lesson: the prose of the page
#
# A message per paragraph, heading, cell or spoken text of index.html, in the order of the page. What stands in a message:
#   <b>, <strong>, <em>, <i>, <code>, <span class=…>   kept as they are, around the words that they mark in this language;
#   { -n }, { -T-is-1 } …                              formulas of ../formulas.ftl, kept, wherever the sentence wants them;
#   { other-message }                                  another message of this file;
#   49,152   0.50                                      numbers as this language writes them.
# Messages named …-formula, …-chart, …-label and …-anchor are for the ear: no tags in them.

# The page’s head: its title, what a search engine shows, the line above all.
language-name = English
languages-label = Language
page-title = Next Token: how a language model writes
page-description =
    A real language model in your browser. See its distribution over the next token, turn the sampling controls,
    and watch the context grow one token at a time.
wordmark = Next Token, to the top
skip = Skip to the model

# The three ideas at the top.
hero-title = A language model writes <em>one token at a time</em>. Watch it choose.
hero-scores =
    <b>It scores everything.</b> The page’s own model, SmolLM2, knows 49,152 tokens: words, pieces of words,
    single bytes. From the text so far it computes one number, a logit, for each of them, and softmax turns the
    logits into probabilities that sum to 1.
hero-picks =
    <b>Sampling picks one.</b> The model’s answer is that whole distribution. A separate step draws a token from
    it: most often a likely one, now and then a rare one.
hero-joins =
    <b>The token joins the context.</b> The longer text is the input of the next pass, and so on. Feeding its own
    output back in is what makes the model autoregressive.

# Notes.
no-script =
    The model and the widgets of this page need JavaScript and WebAssembly. The whole lesson can be read without
    them: where a widget would stand, there is a still version of it.
frame-no-script = This widget needs JavaScript and WebAssembly. The lesson that it is from can be read without them:

# A frame whose program cannot start: words of the lesson, a picture of the widget, and the way out.
still-caption = The widget, as a picture.
still-why = In this frame the widget cannot run. In a tab of its own it can.
still-open = Open in a tab ↗
still-address = If nothing opens, copy this address into a new tab:
still-alt-tokenizer = A text cut into coloured pieces, each with its id, and how many characters and words make a token.
still-alt-chain-rule = A ledger: each token of a text with its probability, the product so far and its surprise in bits.
still-alt-pipeline = Six buttons, from Context to Sampling, and below them what the chosen stage holds.
still-alt-softmax = Six bars, labelled with their logit above and their probability below; roof leads with 0.50.
still-alt-code = The generation loop in nine lines of code, with the values of its variables beside them.
still-alt-context-growth = A row for each new token, with the bars of its candidates; the drawn one is marked.
still-alt-context-window = A ruler of tokens: some in the window, the oldest fallen out of it, and what the next one costs.

page-error = This page has stopped by a mistake of ours. Reload it: your prompt and your settings are kept.

# The frame of the page.
desk-title = Give the model a text
contents = Contents
contents-label = Contents of the lesson
lesson-label = Lesson: autoregressive models
contents-chain = The chain rule
contents-window = The context window

# What a token is.
tokens-title = What a token is
tokens-anchor = Link to “{ tokens-title }”
tokens-callout-title = Token
tokens-callout =
    The smallest unit that a model reads: neither a letter nor a word. To SmolLM2, the page’s own model,
    <code>unbelievable</code> is three tokens. To GPT-2 it is four, but only one where a space stands before it.
tokens-vocabulary =
    A language model never sees letters. A <strong>tokenizer</strong> cuts the text into <strong>tokens</strong>,
    and each token is a number in a fixed list, the <strong>vocabulary</strong>. Only these numbers, the ids, go
    in; what comes out is one score for each of them.
tokens-bpe =
    Most vocabularies are built by <strong>byte-level byte-pair encoding</strong> (BPE). Before the model is
    trained, BPE takes a large body of text as single bytes, finds the pair of neighbours that occurs most often,
    joins it to one new piece, and repeats that some tens of thousands of times. The pairs that it joined, in that
    order, are its <strong>merges</strong>. To cut a new text, the tokenizer starts from bytes again and always
    applies the earliest merge that fits, until none does. Frequent words end as one token; rare words, other
    scripts and emoji as several, down to single bytes.
tokens-space =
    The space before a word belongs to the word’s token, so the same letters can be cut in two ways. Below, <span
    class="open-box">␣</span> stands for that space.
cuts-title = Where two tokenizers cut the same word
cuts-tokenizer = Tokenizer
cuts-tokens = Tokens and their ids
cuts-gpt2-bare = <b>GPT-2</b> no space before
cuts-gpt2-space = <b>GPT-2</b> after a space
cuts-smollm2-bare = <b>SmolLM2</b> no space before
cuts-smollm2-space = <b>SmolLM2</b> after a space
merges-title = SmolLM2’s nine merges on <code>unbelievable</code>
merges-place = Place in the list
merges-joins = Joins
merges-gives = Gives
cuts-caption =
    The word <code>unbelievable</code> cut by GPT-2 and by SmolLM2, each token with its id. The cut that is often
    quoted, <code>un·believ·able</code>, is neither’s. Places in the list of merges count from 0;
    <code>vable</code> is no syllable, it is what the counts gave.
tokens-sizes =
    Vocabularies run from about 32,000 tokens to 128,000 and more. GPT-2’s 50,257 are 256 bytes, 50,000 merged
    pieces and one token that marks the end of a text; SmolLM2 has 49,152. As a rule of thumb for English,
    <strong>1 token is about 4 characters</strong>, and 100 tokens are about 75 words. It is a rule for ordinary
    English prose: code and other languages often need more tokens for the same length.

# The chain rule.
chain-title = The chain rule: how likely is a text?
chain-anchor = Link to “{ chain-title }”
chain-split =
    Take a text of { -n } tokens. The chain rule splits its probability into one factor per token: the probability
    of that token, given all those before it.
chain-formula = P of t 1 to t n is the product, for i from 1 to n, of P of t i given t 1 to t i minus 1
chain-exact =
    This is exact for any distribution over texts. What a language model adds is a way to compute each factor: it
    reads the tokens so far and gives a probability for <em>every</em> token of the vocabulary, to stand next. It
    does not name one token; it gives a distribution. <strong>Autoregressive</strong> says how such a model
    writes: a token is drawn from the distribution, put at the end of the text, and the longer text is the next
    input.
chain-given =
    Some models put a special token before every text, and so have a { -P-t1 } for the first real one. SmolLM2
    puts none there: its first token is <strong>given</strong>, and the product is { -P-rest-given-t1 }.
ledger-title = Ledger of “The capital of France is”
ledger-token = Token
ledger-p = P, given those before
ledger-product = Product so far
ledger-sum = Sum of ln so far
ledger-surprise = Surprise in bits
ledger-given = given
ledger-all = All four
ledger-mean = Their mean
ledger-perplexity = Perplexity: 2 to the power of the mean
ledger-caption =
    Computed by SmolLM2-135M-Instruct in f32. The engine on this page rounds otherwise: its last digit can differ.
chain-read =
    Read the ledger downwards. After <code>The</code> alone almost anything can follow, and <code>␣capital</code>
    gets one chance in about 100,000. After <code>The capital</code>, <code>␣of</code> is hardly a surprise. The
    product of the four is one in 2.6 million: any one text, even an ordinary one, is improbable.
chain-surprise =
    Products of many small factors soon fall below what a computer’s number can hold, so one adds logarithms
    instead. A token’s <strong>surprise</strong> is { -minus-log2-P } bits: each halving of its probability is one
    bit more. <strong>Perplexity</strong> makes one number of a whole text. With { -t-before-i } for all tokens
    before { -t-i }, and the first token given, the perplexity is
perplexity-formula =
    Perplexity is e to the power of minus 1 over n minus 1 times the sum, for i from 2 to n, of the natural
    logarithm of P of t i given all tokens before it
chain-perplexity =
    Here that is 40.1: on average the model was as unsure as if it had to pick evenly among some 40 tokens. A
    lower perplexity means a text that the model expected more.

# One generation step.
step-title = One generation step
step-anchor = Link to “{ step-title }”
step-stages = To write one token, the model goes through six stages, always in this order:
step-context = <b>Context.</b> All tokens so far: the prompt, and what has been written since.
step-embedding =
    <b>Embedding.</b> Each token’s id picks a row of a table: in SmolLM2-135M a vector of 576 numbers. The order
    of the tokens must come in too. GPT-2 adds a learned vector for each position; SmolLM2 rotates vectors by
    position inside its attention.
step-transformer =
    <b>Transformer.</b> A stack of blocks, 30 in SmolLM2-135M. In each, <strong>self-attention</strong> lets every
    position take in something of itself and of those before it, and a <strong>feed-forward network</strong> (FFN)
    then works on each position alone.
step-logits =
    <b>Logits.</b> The vector of the last position is turned into one raw score for every token of the vocabulary.
step-softmax = <b>Softmax.</b> The scores become probabilities. None is left out: they are over the whole vocabulary.
step-sampling =
    <b>Sampling.</b> Filters, if any are on, set unlikely tokens to 0; then one token is drawn. It becomes the
    last token of the context, and the next step begins at stage 1.
step-pass =
    The first five stages are the <strong>forward pass</strong>, and it ends in a distribution. Only the sixth
    picks. With <strong>greedy decoding</strong> it takes the most probable token; otherwise each token is drawn
    as often as its probability says, and the second best is no mistake.
step-once =
    <strong>One token, one forward pass:</strong> 200 tokens take 200 passes. (Speculative decoding lets a small
    model draft several tokens and the large one check them in a single pass; every token still needs its own
    conditional distribution.)
step-still-title = One step after “The capital of France is”
step-still-stage = Stage
step-still-holds = What it holds
step-still-context = Context
step-still-context-holds = 5 tokens: The, ␣capital, ␣of, ␣France, ␣is
step-still-embedding = Embedding
step-still-embedding-holds = 5 vectors of 576 numbers
step-still-transformer = Transformer
step-still-transformer-holds = 30 blocks, each with 9 attention heads and an FFN
step-still-logits = Logits
step-still-logits-holds = 49,152 numbers; the largest, 17.37, is ␣Paris
step-still-softmax = Softmax
step-still-softmax-holds = 49,152 probabilities; 0.77 for ␣Paris
step-still-sampling = Sampling
step-still-sampling-holds = one token: ␣Paris in about 77 draws of 100
computed-f32 = Computed by SmolLM2-135M-Instruct in f32.

# From logits to probabilities.
softmax-title = From logits to probabilities
softmax-anchor = Link to “{ softmax-title }”
softmax-callout-title = Logits
softmax-callout =
    One real number for each entry of the vocabulary, of either sign, with no fixed sum. Only their differences
    matter: add the same constant to every logit, and no probability changes.
softmax-scores =
    A logit { -z } is a raw score: higher means more likely, but 3.8 says nothing by itself.
    <strong>Softmax</strong> makes a distribution of the scores. It raises e to each logit, which makes it
    positive, and divides by the sum of all, which makes the whole add up to 1.
softmax-formula = p i is e to the z i, divided by the sum of e to the z j for j from 1 to n
softmax-six =
    Take a vocabulary of only six words. <i>Roof</i> has logit 3.8 and <i>sofa</i> 3.2. Their difference, 0.6,
    fixes their ratio: <i>roof</i> is { -e-power(exponent: "0.6", value: "1.82") } times as likely, whatever the
    other four do. <i>Roof</i> wins with 0.50, which also means that about every other draw gives <em>another</em>
    word. A real model does the same sum over its whole vocabulary, 49,152 terms in SmolLM2; nothing is cut off
    before softmax.
temperature-title = Temperature
temperature-divides = <strong>Temperature</strong> { -T } divides every logit before softmax:
temperature-formula = p i is e to the z i over T, divided by the sum of e to the z j over T for j from 1 to n
temperature-ends =
    At { -T-is-1 } the token is drawn from the model’s own distribution. Below 1 the differences grow and the
    likely get likelier; as { -T-to-0 } the winner takes all, which is greedy decoding. Above 1 the differences
    shrink; as { -T-to-infinity } all tokens become equally likely. The order of the tokens stays the same at
    every temperature between. Filters such as top&#8209;k, top&#8209;p and min&#8209;p come after it and leave
    some tokens at exactly 0.
entropy-title = Entropy
entropy-says = <strong>Entropy</strong> says in bits how open the choice is:
entropy-formula =
    H is minus the sum, for i from 1 to n, of p i times the base-2 logarithm of p i, and is at most the base-2
    logarithm of n
entropy-ends =
    It is 0 when one token has all the probability, and at most { -log2-n }, when all are equally likely. For the
    six words at { -T-is-1 } it is 1.878 of 2.585 bits: still rather open.
six-title = 6 classes
six-word = Word
six-half = p at T = 0.5
six-one = p at T = 1
six-two = p at T = 2
six-roof = roof
six-sofa = sofa
six-floor = floor
six-window = window
six-bed = bed
six-water = water
six-entropy = Entropy in bits, of at most 2.585
six-caption = The same six logits at three temperatures.

# The loop in code.
loop-title = The loop in code
loop-anchor = Link to “{ loop-title }”
loop-copy =
    All of generation is a short loop around the model. It copies the prompt’s tokens, so that the caller’s list
    stays as it was. Then, at most <code>max_new</code> times, it asks the model for the logits of the next
    position, makes probabilities of them, samples a token and appends it. The next turn of the loop reads the
    longer list: this one line, the append, is what makes the model autoregressive.
loop-end =
    The loop ends in one of two ways: after <code>max_new</code> tokens, 50 unless said otherwise, or sooner, when
    the sampled token is the one that marks the <strong>end of the text</strong>. That mark is a token like any
    other: it has a logit and a probability at every step, and it too is drawn.
loop-caption = The generation loop, in Python-like code.

# Watch the context grow.
growth-title = Watch the context grow
growth-anchor = Link to “{ growth-title }”
growth-row =
    Every step leaves a row: the candidates for that position, their probabilities, and the one that was drawn.
    Once drawn it is no longer one chance among many. It is part of the context, and the next distribution depends
    on it.
growth-force =
    You can take the choice from the sampler. <strong>Force</strong> another candidate of any row, and the text
    goes on from there as if it had been drawn: the model cannot tell the difference. That opens a
    <strong>branch</strong>. The old one is kept, and the two share all that comes before the fork.
growth-total =
    By the chain rule, the <strong>total probability</strong> of a branch is the product of its tokens’
    probabilities, forced ones included. One improbable token lowers it for good, yet later tokens may be quite
    likely again: they fit what stands there now. Compare totals only between branches of the same length, because
    every further token makes the product smaller or leaves it as it is. For different lengths, compare
    perplexity.
growth-still-title = Candidates after “The capital of France is”
growth-still-token = Token
growth-still-logit = Logit
growth-still-probability = Probability
growth-still-others = 49,147 others
growth-still-caption =
    Computed by SmolLM2-135M-Instruct in f32. Drawing <code>␣Paris</code> or <code>␣the</code> leads to two
    different branches.

# The context window.
window-title = The context window and its cost
window-anchor = Link to “{ window-title }”
window-callout-title = Context window
window-callout =
    The most tokens that one forward pass can see. Whatever lies beyond it does not exist for the model: it cannot
    be looked up, and it leaves no trace in the logits.
window-slides =
    The context cannot grow for ever. Each model has a largest number of positions, fixed when it was made, and
    prompt and answer share it. When the window is full, something must go. Here the oldest tokens do: the window
    slides.
windows-title = Four windows
windows-model = Model
windows-tokens = Tokens
windows-words = Words, about
ruler-room = 4 tokens: room for 2 more
ruler-full = 6 tokens: full
ruler-free = free
ruler-slid = 9 tokens: the first 3 have fallen out
ruler-lost = fallen out
ruler-caption =
    A window of 6 tokens, to make it fit: the frame is what the model sees, the small number is the position.
    After the slide, positions count from 0 again.
cost-title = What a long context costs
cost-pairs =
    In attention each position is compared with itself and with every one before it. For a prompt of { -n } tokens
    that is { -pairs } pairs, and so { -O-n2 }: twice the length, four times the comparisons. Every head of every
    block makes them.
cost-cache =
    But what earlier positions hold does not change when a token is added behind them. A <strong>KV cache</strong>
    keeps their keys and values, and then a new token costs only its own { -n } comparisons, { -O-n }, and one
    token’s worth of matrix work. The logits are the same with and without it. Only when the window slides does it
    lose its use: kept keys and values still carry what has fallen out, so the cache is dropped and the visible
    window computed anew.
cost-chart =
    Two lines on logarithmic axes. With a cache the pairs grow as n, without it as n squared over 2. The figures
    are in the table beside it.
cost-axis = tokens in the context, n
cost-line-none = no cache: n(n + 1)/2
cost-line-cached = with a cache: n
cost-table-title = Pairs compared for one new token
cost-with = With a cache
cost-without = Without
cost-caption =
    Pairs of positions that one attention head compares for one new token, on logarithmic axes, up to SmolLM2’s
    8,192 tokens.

# Key takeaways.
takeaways-title = Key takeaways
takeaways-anchor = Link to “{ takeaways-title }”
takeaway-token = A token is about 4 characters of English, from a vocabulary of pieces that BPE built.
takeaway-chain =
    The model gives { -P-t-i }, a distribution over the next token; the chain rule makes of it the probability of
    any text.
takeaway-order =
    The order of one step: context, embedding, transformer, logits, softmax, sampling; then the new token joins
    the context.
takeaway-softmax = Logits are raw scores. Softmax makes them a distribution: none below 0, all together 1.
takeaway-sampling =
    The model gives the distribution, sampling picks. Only greedy decoding always takes the most probable token.
takeaway-pass = One token, one forward pass.
takeaway-window = What lies beyond the context window, the model cannot see.

# Foot.
foot =
    Next Token is free software, under the MIT or the Apache-2.0 licence, as you like. The model,
    SmolLM2-135M-Instruct by Hugging Face, is under Apache-2.0. It runs on your device: what you write stays
    there.
foot-licences = Licences
