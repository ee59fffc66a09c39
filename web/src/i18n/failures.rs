//! Failures in the page's language. What they quote of a browser or of a damaged file's inside is English.

use generation::protocol::{Defect, Failure, Undelivered};

use crate::i18n::numbers::large;
use crate::t;

/// A failure in a sentence.
#[must_use]
pub fn failure_words(failure: &Failure) -> String {
    match failure {
        Failure::Cancelled => t!("failure-cancelled"),
        Failure::NoModel => t!("failure-no-model"),
        Failure::Download(why) => t!("failure-download", why = undelivered(why)),
        Failure::BadModel(defect) => t!("failure-bad-model", why = defective(defect)),
        Failure::FileGone(name) => t!("failure-file-gone", name = name),
        Failure::BadInput(why) => t!("failure-bad-input", why = sentence(why)),
        Failure::Unreadable(what) => t!("failure-unreadable", what = what),
        Failure::Version { page, engine } => {
            t!("failure-version", page = i64::from(*page), engine = i64::from(*engine))
        }
        Failure::Garbled(why) => t!("failure-garbled", why = why),
        Failure::Crashed(why) => t!("failure-crashed", why = why),
        Failure::Arithmetic(why) => t!("failure-arithmetic", why = why),
    }
}

/// Why something did not arrive, within a sentence.
fn undelivered(why: &Undelivered) -> String {
    match why {
        Undelivered::Unreachable { url, why } => t!("failure-unreachable", url = url, why = why),
        Undelivered::Status { url, status } => t!("failure-status", url = url, status = status.to_string()),
        Undelivered::Broken { url, why } => t!("failure-broken", url = url, why = why),
        Undelivered::Damaged { url } => t!("failure-damaged", url = url),
        Undelivered::NoManifest { url, why } => t!("failure-no-manifest", url = url, why = why),
        Undelivered::NoAddress { name, base } => t!("failure-no-address", name = name, base = base),
    }
}

/// What is wrong with a model's files, within a sentence.
fn defective(defect: &Defect) -> String {
    match defect {
        // What stands at its start may be anything.
        Defect::NotGguf { found } => t!("failure-not-gguf", found = format!("{found:?}")),
        Defect::GgufVersion { version } => t!("failure-gguf-version", version = version.to_string()),
        Defect::EndsInHeader { length } => t!("failure-ends-in-header", length = large(*length)),
        Defect::CutShort { length, tensor, end } => {
            t!("failure-cut-short", length = large(*length), tensor = tensor, end = large(*end))
        }
        Defect::Architecture { name } => t!("failure-architecture", name = name),
        Defect::WeightType { tensor, code, readable } => {
            t!("failure-weight-type", tensor = tensor, code = code.to_string(), readable = readable)
        }
        Defect::Several { name } => t!("failure-several", name = name),
        Defect::NoConfig => t!("failure-no-config"),
        Defect::NoWeights => t!("failure-no-weights"),
        Defect::BinWeights => t!("failure-bin-weights"),
        Defect::Alone { name, missing } => t!("failure-alone", name = name, missing = missing),
        Defect::NotAmong { index, missing } => t!("failure-not-among", index = index, missing = missing),
        Defect::Other(why) => t!("failure-other", why = why),
    }
}

/// With a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    let end = if text.ends_with(['.', '!', '?', '…']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_begin_and_end() {
        assert_eq!(sentence("the download failed: 404"), "The download failed: 404.");
        assert_eq!(sentence(""), ".");
    }

    #[test]
    fn a_failure_is_said_with_its_values() {
        let url = || "https://example.org/part-02".to_owned();
        let said = |failure: Failure| failure_words(&failure);
        assert_eq!(
            said(Failure::Download(Undelivered::Status { url: url(), status: 404 })),
            "The download failed: the server answered 404 for https://example.org/part-02."
        );
        assert_eq!(
            said(Failure::BadModel(Defect::CutShort { length: 1_234_567, tensor: "output.weight".into(), end: 9 })),
            "This model file cannot be used: the file ends after 1,234,567 bytes, but tensor output.weight goes to byte 9."
        );
        // The file's own letters stay what they are: no markup, no line breaks.
        let found = "<b>\n".to_owned();
        assert!(said(Failure::BadModel(Defect::NotGguf { found })).contains(r#"but with "<b>\n""#));
    }
}
