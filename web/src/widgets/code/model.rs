//! The loop in code: its lines, and its variables as they stand.

use generation::protocol::{ModelInfo, Vocabulary};
use generation::sampling::{Distribution, UNNAMED};
use generation::tree::Origin;
use generation::{Controls, Generation, Line, TokenId};

use crate::app::distribution_inputs::DistributionInputs;
use crate::app::ptr_eq::PtrEq;
use crate::app::selectors::NextToken;
use crate::i18n::numbers::{count, fixed, signed};
use crate::i18n::token_text::{token_name, token_words};
use crate::t;

/// Between the entries of a list: no comma, which may be a token itself.
const SEPARATOR: &str = " · ";

/// A line's text.
#[must_use]
pub fn source(line: Line) -> &'static str {
    match line {
        Line::Define => "def generate(model, prompt, max_new=50):",
        Line::Copy => "    tokens = list(prompt)",
        Line::Repeat => "    for _ in range(max_new):",
        Line::Model => "        logits = model(tokens)",
        Line::Softmax => "        probs = softmax(logits)",
        Line::Sample => "        token = sample(probs)",
        Line::Append => "        tokens.append(token)",
        Line::Stop => "        if token == END_OF_TEXT: break",
        Line::Return => "    return tokens",
    }
}

/// The names of a line's variables: first the one that it makes, then those that it reads.
#[must_use]
pub fn names(line: Line) -> &'static [&'static str] {
    match line {
        Line::Define => &["max_new", "model", "prompt"],
        Line::Copy => &["tokens", "prompt"],
        Line::Repeat => &["_", "max_new"],
        Line::Model => &["logits", "model", "tokens"],
        Line::Softmax => &["probs", "logits"],
        Line::Sample => &["token", "probs"],
        Line::Append => &["tokens", "token"],
        Line::Stop => &["token == END_OF_TEXT", "token", "END_OF_TEXT"],
        Line::Return => &["tokens"],
    }
}

/// Whether a run can halt at the line.
#[must_use]
pub fn can_halt(line: Line) -> bool {
    matches!(line, Line::Repeat | Line::Model | Line::Softmax | Line::Sample | Line::Append | Line::Stop)
}

/// One round of the loop: what its lines have to work on.
#[derive(Clone, Debug, PartialEq)]
pub struct Round {
    /// The last line whose values are known.
    pub reached: Line,
    /// All tokens at the round's end.
    pub tokens: Vec<TokenId>,
    /// How many of them this call of the loop began with.
    pub prompt: usize,
    /// How many of them the model read in this round.
    pub read: usize,
    /// How many tokens this call of the loop has made.
    pub made: usize,
    /// How many it makes at most.
    pub max_new: usize,
    /// What the round's token is drawn from, at the present controls; `None` until the model has answered.
    pub inputs: Option<DistributionInputs>,
    /// The controls at which the round's token was drawn, where they are not the present ones.
    pub drawn_at: Option<Controls>,
    /// How the round's token came into the context; `None` until it has.
    pub origin: Option<Origin>,
}

impl Round {
    /// The present round. While the next pass of a run is under way, that is still the round before: else all
    /// figures would vanish and come back with every token.
    #[must_use]
    pub fn of(generation: &Generation) -> Self {
        let (line, tip) = (generation.line(), generation.tip());
        let waits = line == Line::Model && generation.result().is_none();
        let tokens = generation.context();
        let node = generation.node(tip).filter(|node| node.parent().is_some());
        let node = node.filter(|_| waits || line >= Line::Append);
        let reached = match node {
            Some(_) if line != Line::Return && generation.running() => Line::Stop,
            _ if waits => Line::Repeat,
            _ => line,
        };
        let inputs = if node.is_some() {
            DistributionInputs::of_made_now(generation, tip)
        } else {
            DistributionInputs::of_next(generation, tip)
        };
        Self {
            reached,
            prompt: tokens.len() - generation.made(),
            read: tokens.len() - usize::from(node.is_some()),
            tokens,
            made: generation.made(),
            max_new: generation.max_new(),
            inputs,
            drawn_at: node.and_then(|node| drawn_at(node.origin())).filter(|drawn| drawn != generation.controls()),
            origin: node.map(|node| node.origin().clone()),
        }
    }

    /// The round's token and how it comes; `next` is the one that comes next at the place on show.
    fn token(&self, next: Option<&NextToken>) -> Option<NextToken> {
        match &self.origin {
            Some(origin) => Some(NextToken { token: *self.tokens.last()?, origin: origin.clone() }),
            None => next.cloned(),
        }
    }
}

/// The controls at which a token was drawn.
fn drawn_at(origin: &Origin) -> Option<Controls> {
    match origin {
        Origin::Drawn { controls, .. } => Some(*controls),
        Origin::Forced | Origin::Prompt => None,
    }
}

/// How much of a list or a vector is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Its end, or its best: for a variable that a line reads.
    Brief,
    /// A little more: for the variable that a line makes.
    Row,
    /// As much as can be read at leisure.
    Full,
}

/// A variable's value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Value {
    /// Its type and size.
    pub shape: String,
    /// What is in it, or the most telling part of it.
    pub content: String,
}

/// Everything that the values are made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// The round.
    pub round: Round,
    /// The distribution that follows from [`Round::inputs`].
    pub distribution: Option<PtrEq<Distribution>>,
    /// The token that comes next at the place on show.
    pub next_token: Option<NextToken>,
    /// The model.
    pub info: Option<PtrEq<ModelInfo>>,
}

impl Trace {
    /// The value of a line's variable, in the order of [`names`]; `None` while the line has not been reached in this
    /// round.
    #[must_use]
    pub fn value(&self, line: Line, index: usize, detail: Detail) -> Option<Value> {
        if line > self.round.reached {
            return None;
        }
        let made = &self.round.tokens;
        match (line, *names(line).get(index)?) {
            (_, "model") => Some(shaped("", self.info.as_ref()?.name.clone())),
            (_, "max_new") => Some(shaped("int", count(self.round.max_new))),
            (_, "prompt") | (Line::Copy, "tokens") => Some(self.list(&made[..self.round.prompt], detail)),
            (Line::Model, "tokens") => Some(self.list(&made[..self.round.read], detail)),
            (Line::Return, "tokens") => Some(self.text(made)),
            (_, "tokens") => Some(self.list(made, detail)),
            (_, "_") => {
                Some(shaped("", t!("code-made", made = count(self.round.made), most = count(self.round.max_new))))
            }
            (_, "logits") => self.logits(detail),
            (_, "probs") => self.probs(detail),
            (_, "token") => self.token(detail),
            (_, "END_OF_TEXT") => Some(shaped("int", self.ends()?)),
            _ => self.check(),
        }
    }

    fn vocabulary(&self) -> Option<&Vocabulary> {
        self.info.as_ref().map(|info| &info.vocabulary)
    }

    fn name(&self, token: TokenId) -> String {
        self.vocabulary().map_or_else(String::new, |vocabulary| token_name(vocabulary, token))
    }

    fn list(&self, tokens: &[TokenId], detail: Detail) -> Value {
        let shown = match detail {
            Detail::Brief => 1,
            Detail::Row => 2,
            Detail::Full => 8,
        };
        let from = tokens.len().saturating_sub(shown);
        let entry = |&token: &TokenId| format!("{token}\u{a0}{}", self.name(token));
        let entries: Vec<String> = tokens[from..].iter().map(entry).collect();
        let before = if from > 0 { "… " } else { "" };
        shaped(&format!("list[{}]", tokens.len()), format!("{before}{}", entries.join(SEPARATOR)))
    }

    fn text(&self, tokens: &[TokenId]) -> Value {
        let text = self.vocabulary().map_or_else(String::new, |vocabulary| token_words(vocabulary, tokens));
        shaped(&format!("list[{}]", tokens.len()), format!("“{}”", text.replace('\n', "⏎")))
    }

    fn logits(&self, detail: Detail) -> Option<Value> {
        let ranking = &self.round.inputs.as_ref()?.ranked.ranking;
        let figures = ranking.logits().iter().map(|&logit| signed(logit.into(), 2));
        Some(self.best(ranking.order(), figures, detail))
    }

    fn probs(&self, detail: Detail) -> Option<Value> {
        let (distribution, controls) = (self.distribution.as_ref()?, self.round.inputs.as_ref()?.controls);
        let figures = distribution.full().iter().map(|&probability| share(probability.into()));
        let value = self.best(distribution.order(), figures, detail);
        let shape =
            if detail != Detail::Brief { format!("{} T={}", value.shape, temperature(&controls)) } else { value.shape };
        Some(Value { shape, ..value })
    }

    /// The best of a vector with a number per token of the vocabulary.
    fn best(&self, order: &[TokenId], figures: impl Iterator<Item = String>, detail: Detail) -> Value {
        let shown = match detail {
            Detail::Brief => 1,
            Detail::Row => 4,
            Detail::Full => 8,
        };
        let entry = |(&token, figure): (&TokenId, String)| format!("{}\u{a0}{figure}", self.name(token));
        let entries: Vec<String> = order.iter().zip(figures).take(shown).map(entry).collect();
        shaped(&format!("float[{}]", order.len()), format!("{}{SEPARATOR}…", entries.join(SEPARATOR)))
    }

    fn token(&self, detail: Detail) -> Option<Value> {
        let NextToken { token, origin } = self.round.token(self.next_token.as_ref())?;
        if token == UNNAMED {
            return Some(shaped("int", t!("code-unnamed")));
        }
        let name = format!("{token}\u{a0}{}", self.name(token));
        let coin = |coin: f64| format!("u\u{a0}=\u{a0}{}", fixed(coin, 4));
        let content = match (origin.draw(), &self.round.drawn_at) {
            _ if detail == Detail::Brief => name,
            (None, _) if origin.is_unverified() => t!("code-carried", token = name),
            (None, _) => t!("code-chosen", token = name),
            (Some(draw), _) if origin.is_altered() => t!("code-altered", token = name, coin = coin(draw.coin)),
            (Some(draw), None) => format!("{name}, {}", coin(draw.coin)),
            (Some(draw), Some(controls)) => {
                t!("code-drawn-at", token = name, coin = coin(draw.coin), temperature = temperature(controls))
            }
        };
        Some(shaped("int", content))
    }

    fn ends(&self) -> Option<String> {
        let ends = &self.info.as_ref()?.end_of_text;
        let entry = |&token: &TokenId| format!("{token}\u{a0}{}", self.name(token));
        Some(ends.iter().map(entry).collect::<Vec<_>>().join(SEPARATOR))
    }

    fn check(&self) -> Option<Value> {
        let NextToken { token, .. } = self.round.token(self.next_token.as_ref())?;
        let ends = self.info.as_ref()?.end_of_text.contains(&token);
        Some(shaped("bool", if ends { "True" } else { "False" }.to_owned()))
    }
}

fn shaped(shape: &str, content: String) -> Value {
    Value { shape: shape.to_owned(), content }
}

/// The temperature as the slider shows it.
#[must_use]
pub fn temperature(controls: &Controls) -> String {
    (crate::components::scale::TEMPERATURE.show)(controls.temperature.into())
}

/// A probability as code shows it: a number from 0 to 1, of which only an exact 0 or 1 is written as one.
fn share(probability: f64) -> String {
    match probability {
        p if p <= 0.0 => "0".to_owned(),
        p if p >= 1.0 => "1".to_owned(),
        p if p < 0.0005 => format!("<\u{a0}{}", fixed(0.001, 3)),
        p if p > 0.9995 => format!(">\u{a0}{}", fixed(0.999, 3)),
        p => fixed(p, 3),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use generation::Event;

    use super::*;
    use crate::testing::{self, END, Fake, VOCABULARY};

    const PROMPT: [TokenId; 3] = [3, 1, 4];

    fn trace(generation: &Generation) -> Trace {
        let round = Round::of(generation);
        let distribution = round.inputs.as_ref().map(|inputs| PtrEq(inputs.distribution()));
        let next_token = generation.distribution().and_then(|distribution| NextToken::drawn(generation, &distribution));
        let vocabulary = testing::vocabulary();
        let info = ModelInfo { name: "Tiny".into(), end_of_text: vec![END], vocabulary, ..ModelInfo::default() };
        Trace { round, distribution, next_token, info: Some(PtrEq(Arc::new(info))) }
    }

    fn known(trace: &Trace) -> Vec<Line> {
        Line::ALL.into_iter().filter(|&line| trace.value(line, 0, Detail::Row).is_some()).collect()
    }

    #[test]
    fn the_lines_are_those_of_the_loop() {
        let doc = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/generation/src/line.rs"));
        for line in Line::ALL {
            let named = format!("{:?}", line);
            let found = doc.lines().any(|text| {
                text.strip_prefix("//! ").is_some_and(|text| {
                    text.trim_end().ends_with(&named)
                        && text.trim_end().trim_end_matches(&named).trim_end() == source(line)
                })
            });
            assert!(found, "{named}");
        }
    }

    #[test]
    fn values_appear_as_their_lines_are_run() {
        let mut fake = Fake::with_run(&PROMPT, 3);
        assert_eq!(known(&trace(&fake.0)), [Line::Define, Line::Copy]);
        for reached in [Line::Repeat, Line::Model, Line::Softmax, Line::Sample, Line::Append, Line::Stop] {
            fake.apply(Event::StepLine);
            let trace = trace(&fake.0);
            assert_eq!(known(&trace), Line::ALL[..=reached as usize], "{reached:?}");
        }
        // The values of the round that is over stay until the next begins.
        let over = trace(&fake.0);
        let drawn = fake.0.context()[3];
        assert_eq!(over.value(Line::Model, 2, Detail::Brief).unwrap().shape, "list[3]");
        assert_eq!(over.value(Line::Append, 0, Detail::Row).unwrap().shape, "list[4]");
        assert_eq!(
            over.value(Line::Sample, 0, Detail::Row).unwrap().content.split('\u{a0}').next(),
            Some(&*drawn.to_string())
        );
        assert_eq!(over.value(Line::Stop, 0, Detail::Row).unwrap().content, "False");
        assert_eq!(over.value(Line::Repeat, 0, Detail::Row).unwrap().content, "1 of 50 made");
        fake.apply(Event::StepLine);
        assert_eq!(known(&trace(&fake.0)), [Line::Define, Line::Copy, Line::Repeat]);
    }

    #[test]
    fn figures_are_those_of_the_model_at_the_temperature() {
        let mut fake = Fake::with_run(&PROMPT, 3);
        fake.apply(Event::RunTo(Line::Softmax));
        fake.apply(Event::NextToken);
        assert_eq!(fake.0.line(), Line::Softmax);
        let best = (0..VOCABULARY)
            .max_by(|&a, &b| testing::logits(&PROMPT)[a as usize].total_cmp(&testing::logits(&PROMPT)[b as usize]));
        let best = best.unwrap() as usize;
        let logits = trace(&fake.0).value(Line::Model, 0, Detail::Row).unwrap();
        assert_eq!(logits.shape, "float[12]");
        let figure = signed(testing::logits(&PROMPT)[best].into(), 2);
        assert!(logits.content.contains(&format!("\u{a0}{figure} · ")), "{logits:?}");
        for temperature in [1.0f32, 0.5, 1.5] {
            fake.apply(Event::Controls(Controls { temperature, ..Controls::default() }));
            let probs = trace(&fake.0).value(Line::Softmax, 0, Detail::Row).unwrap();
            let figure = share(testing::probabilities(&PROMPT, temperature.into())[best]);
            assert!(probs.content.split(" · ").next().unwrap().ends_with(&figure), "{probs:?} {figure}");
            assert_eq!(probs.shape, format!("float[12] T={temperature:.2}"));
        }
    }

    #[test]
    fn probabilities_follow_the_controls_and_the_token_says_what_it_was_drawn_at() {
        let mut fake = Fake::with_run(&PROMPT, 3);
        fake.apply(Event::NextToken);
        let at = |trace: &Trace| trace.value(Line::Softmax, 0, Detail::Row).unwrap().shape;
        assert_eq!(at(&trace(&fake.0)), "float[12] T=1.00");
        fake.apply(Event::Controls(Controls { temperature: 0.3, ..Controls::default() }));
        assert_eq!(at(&trace(&fake.0)), "float[12] T=0.30");
        assert!(trace(&fake.0).value(Line::Sample, 0, Detail::Row).unwrap().content.ends_with("drawn at T = 1.00"));
    }

    #[test]
    fn while_a_pass_of_a_run_is_under_way_the_last_round_stays() {
        let mut fake = Fake::with_run(&PROMPT, 3);
        fake.apply(Event::Run);
        let request = fake.ask(Event::NextToken).unwrap();
        let under_way = trace(&fake.0);
        assert_eq!(fake.0.line(), Line::Model);
        assert_eq!(under_way.round.reached, Line::Stop);
        assert_eq!((under_way.round.read, under_way.round.tokens.len()), (3, 4));
        fake.answer(&request);
        assert_eq!(known(&trace(&fake.0)), known(&under_way));
        assert_eq!(trace(&fake.0).value(Line::Model, 0, Detail::Row), under_way.value(Line::Model, 0, Detail::Row));
    }

    #[test]
    fn a_forced_end_of_the_text_is_true_and_returns() {
        let mut fake = Fake::with_run(&PROMPT, 3);
        fake.apply(Event::Force { after: generation::NodeId::ROOT, token: END });
        fake.apply(Event::StepLine);
        fake.apply(Event::StepLine);
        let trace = trace(&fake.0);
        assert_eq!(fake.0.line(), Line::Return);
        assert_eq!(trace.value(Line::Stop, 0, Detail::Row).unwrap().content, "True");
        assert_eq!(trace.value(Line::Sample, 0, Detail::Row).unwrap().content, "0\u{a0}<end>, chosen by you");
        assert_eq!(trace.value(Line::Return, 0, Detail::Row).unwrap().content, "“ d b e<end>”");
    }

    #[test]
    fn a_new_call_takes_all_tokens_as_its_prompt() {
        let mut fake = Fake::with_run(&PROMPT, 3);
        fake.apply(Event::MaxNew(2));
        fake.apply(Event::Run);
        fake.apply(Event::NextToken);
        fake.apply(Event::NextToken);
        assert_eq!(fake.0.line(), Line::Return);
        assert_eq!(trace(&fake.0).value(Line::Repeat, 0, Detail::Row).unwrap().content, "2 of 2 made");
        fake.apply(Event::StepLine);
        assert_eq!(trace(&fake.0).value(Line::Copy, 0, Detail::Row).unwrap().shape, "list[5]");
    }
}
