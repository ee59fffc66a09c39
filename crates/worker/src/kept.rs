//! What of a model stands in the browser's cache, and for how long: decisions on names and manifests, without the browser.
//!
//! A manifest is kept at its own address, each part beside the manifest under its digest. Parts stay for as long as a kept
//! manifest names them; manifests for as long as they are among the last [`MANIFESTS`] that were opened.

use std::collections::HashSet;

use generation::manifest::{Manifest, Part};
use generation::protocol::{Defect, Failure, Undelivered};

/// How a kept part's name begins, beside its manifest.
const PART: &str = "part-";

/// Manifests that are kept at most. Sites with as many models keep them all; one that moves its model with each version leaves no
/// more than this many behind.
pub(crate) const MANIFESTS: usize = 4;

/// The address under which a part is kept: by its content, not by its own address.
pub(crate) fn part_key(part: &Part, manifest: &str) -> String {
    let path = manifest.split(['?', '#']).next().unwrap_or_default();
    let folder = path.rfind('/').map_or("", |slash| &path[..=slash]);
    format!("{folder}{PART}{}", part.sha256)
}

/// Whether a kept entry is a part; all others are manifests.
pub(crate) fn is_part(url: &str) -> bool {
    url.rsplit('/').next().is_some_and(|name| name.starts_with(PART))
}

/// The manifest to go by, with its text: the one that was fetched, or the kept one where that is none.
///
/// # Errors
/// Why the fetched one is none, if no other is kept.
pub(crate) fn choose(
    fetched: Result<String, Failure>,
    kept: Option<String>,
    url: &str,
) -> Result<(Manifest, String), Failure> {
    let parsed = |text: String| Ok((read_manifest(&text, url)?, text));
    // Also where an error page stands in its place.
    fetched.and_then(parsed).or_else(|failure| kept.and_then(|text| parsed(text).ok()).ok_or(failure))
}

/// Reads and validates a manifest's text.
pub(crate) fn read_manifest(text: &str, url: &str) -> Result<Manifest, Failure> {
    let manifest: Manifest = serde_json::from_str(text)
        .map_err(|error| Failure::Download(Undelivered::NoManifest { url: url.to_owned(), why: error.to_string() }))?;
    manifest.validate().map_err(|error| Failure::BadModel(Defect::Other(format!("{url}: {error}"))))?;
    Ok(manifest)
}

/// What may be deleted after the manifest at `current` was loaded. `entries` are the addresses of all that is kept, those that
/// were put last at the end; `manifests` are those among them that can be read.
pub(crate) fn superseded<'a>(entries: &'a [String], manifests: &[(String, Manifest)], current: &str) -> Vec<&'a str> {
    let is_readable = |url: &str| manifests.iter().any(|(kept, _)| kept == url);
    let others = entries.iter().rev().filter(|url| !is_part(url) && *url != current && is_readable(url));
    let stay: HashSet<&str> = others.take(MANIFESTS - 1).map(String::as_str).chain([current]).collect();
    let named: HashSet<String> = manifests
        .iter()
        .filter(|(url, _)| stay.contains(url.as_str()))
        .flat_map(|(url, manifest)| manifest.parts.iter().map(|part| part_key(part, url)))
        .collect();
    let may_go = |url: &&String| if is_part(url) { !named.contains(*url) } else { !stay.contains(url.as_str()) };
    entries.iter().filter(may_go).map(String::as_str).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    const URL: &str = "https://a.example/models/small.json?v=2#x";

    fn manifest(digests: &[char]) -> Manifest {
        let part =
            |&digest: &char| Part { name: format!("{digest}.bin"), bytes: 1, sha256: digest.to_string().repeat(64) };
        let parts: Vec<Part> = digests.iter().map(part).collect();
        Manifest {
            format: generation::manifest::FORMAT,
            name: "model".into(),
            licence: "MIT".into(),
            architecture: "llama".into(),
            quantization: "Q4_1".into(),
            bytes: parts.len() as u64,
            sha256: "0".repeat(64),
            parts,
        }
    }

    fn text(digests: &[char]) -> String {
        serde_json::to_string(&manifest(digests)).unwrap()
    }

    fn key(folder: &str, digest: char) -> String {
        format!("{folder}part-{}", digest.to_string().repeat(64))
    }

    /// Entries as they come to be: each manifest and then its parts.
    fn kept(all: &[(&str, &[char])]) -> (Vec<String>, Vec<(String, Manifest)>) {
        let manifests: Vec<_> = all.iter().map(|&(url, digests)| (url.to_owned(), manifest(digests))).collect();
        let mut entries = Vec::new();
        for (url, manifest) in &manifests {
            entries.push(url.clone());
            entries.extend(manifest.parts.iter().map(|part| part_key(part, url)));
        }
        (entries, manifests)
    }

    fn unreachable() -> Failure {
        Failure::Download(Undelivered::Unreachable { url: URL.into(), why: "no network".into() })
    }

    #[test]
    fn parts_are_kept_beside_their_manifest_by_their_digest() {
        let part = &manifest(&['a']).parts[0];
        assert_eq!(part_key(part, URL), key("https://a.example/models/", 'a'));
        assert!(is_part(&part_key(part, URL)));
        assert!(!is_part(URL) && !is_part("https://a.example/part-time/small.json"));
    }

    #[test]
    fn the_fetched_manifest_goes_before_the_kept_one() {
        let (chosen, kept) = choose(Ok(text(&['a'])), Some(text(&['b'])), URL).unwrap();
        assert_eq!((chosen, kept), (manifest(&['a']), text(&['a'])));
    }

    #[test]
    fn the_kept_manifest_serves_where_none_comes_or_an_error_page_does() {
        let invalid = text(&['a']).replace("\"bytes\":1", "\"bytes\":0");
        for fetched in [Err(unreachable()), Ok("<!doctype html>".to_owned()), Ok(String::new()), Ok(invalid)] {
            assert_eq!(choose(fetched, Some(text(&['b'])), URL).unwrap().0, manifest(&['b']));
        }
    }

    #[test]
    fn without_a_kept_manifest_that_can_be_read_the_first_failure_is_told() {
        for kept in [None, Some("damaged".to_owned())] {
            assert_eq!(choose(Err(unreachable()), kept.clone(), URL), Err(unreachable()));
            let error_page = choose(Ok("<!doctype html>".into()), kept, URL);
            assert!(matches!(error_page, Err(Failure::Download(Undelivered::NoManifest { .. }))), "{error_page:?}");
        }
    }

    #[test]
    fn two_manifests_in_one_folder_keep_each_others_parts() {
        let (first, second) = ("https://a.example/models/one.json", "https://a.example/models/two.json");
        let (entries, manifests) = kept(&[(first, &['a', 'b']), (second, &['b', 'c'])]);
        assert!(superseded(&entries, &manifests, first).is_empty());
        assert!(superseded(&entries, &manifests, second).is_empty());
    }

    #[test]
    fn parts_that_no_manifest_names_any_more_go() {
        let url = "https://a.example/models/one.json";
        let (mut entries, manifests) = kept(&[(url, &['b'])]);
        let old = key("https://a.example/models/", 'a');
        entries.insert(0, old.clone());
        assert_eq!(superseded(&entries, &manifests, url), [old.as_str()]);
    }

    #[test]
    fn a_manifest_that_was_not_opened_for_long_goes_with_its_parts() {
        let urls: Vec<String> = (0..6).map(|i| format!("https://a.example/{i}/model.json")).collect();
        let digests: Vec<[char; 1]> = ('a'..='f').map(|digest| [digest]).collect();
        let all: Vec<(&str, &[char])> = urls.iter().map(String::as_str).zip(digests.iter().map(|d| &d[..])).collect();
        let (entries, manifests) = kept(&all);
        let gone = superseded(&entries, &manifests, &urls[5]);
        let part = |i: usize| key(&format!("https://a.example/{i}/"), digests[i][0]);
        assert_eq!(gone, [&urls[0], &part(0), &urls[1], &part(1)]);
        // The one in use stays, however long ago it was put.
        let gone = superseded(&entries, &manifests, &urls[0]);
        assert_eq!(gone, [&urls[1], &part(1), &urls[2], &part(2)]);
    }

    #[test]
    fn what_stands_in_a_manifests_place_and_is_none_goes() {
        let url = "https://a.example/models/one.json";
        let (mut entries, manifests) = kept(&[(url, &['b'])]);
        entries.push("https://a.example/models/damaged.json".into());
        assert_eq!(superseded(&entries, &manifests, url), ["https://a.example/models/damaged.json"]);
    }
}
