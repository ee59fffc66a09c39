//! The terms under which a crate's code is passed on: the licences that this project accepts, and the choice among them.

use anyhow::{Context, Result, anyhow};
use spdx::{Expression, Licensee, ParseMode};

use super::texts::{Text, granted};

/// The licences that may be in what is shipped, the preferred ones first, and why each may. All of them let anybody use,
/// change and pass on the program; the build fails where none of them will do.
const ACCEPTED: [(&str, &str); 5] = [
    ("MIT", "asks for its notice and text to be passed on, which this page does"),
    ("Apache-2.0", "asks for its text and the crate's NOTICE as well, and grants patents"),
    ("Zlib", "asks of compiled programs nothing but honesty about the origin"),
    ("BSL-1.0", "asks nothing of compiled programs"),
    ("Unicode-3.0", "as MIT, for Unicode's tables and the code around them"),
];

/// Texts for the crates that come without one, by their SPDX names.
const STANDARD: [(&str, &str); 3] = [
    ("MIT", include_str!("../../licences/MIT.txt")),
    ("Apache-2.0", include_str!("../../../../LICENSE-APACHE")),
    ("Unicode-3.0", include_str!("../../licences/Unicode-3.0.txt")),
];

/// What must be said of a crate.
#[derive(Debug)]
pub(super) struct Terms {
    /// The chosen licences, all of which hold.
    pub(super) chosen: Vec<String>,
    /// Their texts, and whatever else the crate's authors want to be read.
    pub(super) texts: Vec<Text>,
}

/// The licences of an SPDX expression under which the code is passed on: those whose texts are there, if they will do. Texts of
/// others are left out. Where no text names anybody, `authors` are named.
pub(super) fn terms(expression: &str, authors: &[String], files: &[String]) -> Result<Terms> {
    // Older crates write `MIT/Apache-2.0`.
    let mode = ParseMode { allow_slash_as_or_operator: true, ..ParseMode::STRICT };
    let parsed = Expression::parse_mode(expression, mode).with_context(|| format!("{expression:?} is no SPDX"))?;
    let there: Vec<&str> = files.iter().flat_map(|file| granted(file)).collect();
    let chosen = choose(&parsed, |name| there.contains(&name))
        .or_else(|| choose(&parsed, |_| true))
        .with_context(|| format!("none of the accepted licences is enough for {expression:?}"))?;
    let mut texts = Vec::new();
    for file in files {
        let granted = granted(file);
        if granted.is_empty() || granted.iter().any(|name| chosen.iter().any(|chosen| chosen == name)) {
            texts.push(Text::new(file));
        }
    }
    for name in chosen.iter().filter(|name| !there.contains(&name.as_str())) {
        let body = standard(name).with_context(|| format!("there is no text of {name} in crates/xtask/licences"))?;
        texts.push(Text { notices: Vec::new(), body: body.to_owned() });
    }
    if texts.iter().all(|text| text.notices.is_empty()) {
        let first = texts.first_mut().context("no licence was chosen")?;
        first.notices = authors.to_vec();
    }
    Ok(Terms { chosen, texts })
}

/// The text of a licence without an author, if it is among those of this repository.
pub(super) fn standard(name: &str) -> Option<&'static str> {
    STANDARD.into_iter().find(|(own, _)| *own == name).map(|(_, text)| text.trim_matches('\n'))
}

/// The fewest accepted licences that satisfy the expression, among those for which `may` holds.
fn choose(expression: &Expression, may: impl Fn(&str) -> bool) -> Option<Vec<String>> {
    let names = ACCEPTED.into_iter().map(|(name, _)| name).filter(|name| may(name));
    let accepted: Vec<Licensee> = names.filter_map(|name| Licensee::parse(name).ok()).collect();
    let chosen = expression.minimized_requirements(&accepted).ok()?;
    Some(chosen.into_iter().map(|licence| licence.to_string()).collect())
}

/// Why a licence is accepted.
pub(super) fn reason(name: &str) -> Result<&'static str> {
    let reason = ACCEPTED.into_iter().find(|(own, _)| *own == name).map(|(_, reason)| reason);
    reason.ok_or_else(|| anyhow!("{name} is not among the accepted licences"))
}
