//! No script stands in a page, so that a host may forbid it (Content-Security-Policy): trunk's, which starts the page's program,
//! becomes a file.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::digest;

/// A page as text, and the way from it to the site's root.
type Page<'a> = (&'a Path, &'a str);

const INLINE: (&str, &str) = ("<script type=\"module\">", "</script>");

/// Takes trunk's script out of the pages into a file beside the program, named by its content.
pub(crate) fn externalize<'a>(dist: &Path, pages: impl IntoIterator<Item = Page<'a>>) -> Result<()> {
    for (file, root) in pages {
        let page = fs::read_to_string(file).with_context(|| format!("there is no {}", file.display()))?;
        let (name, script, page) = external(&page, root).with_context(|| file.display().to_string())?;
        fs::write(dist.join(name), script)?;
        fs::write(file, page)?;
    }
    Ok(())
}

/// The script's file name and text, and the page that names it.
fn external(page: &str, root: &str) -> Result<(String, String, String)> {
    let (before, rest) = page.split_once(INLINE.0).context("trunk left no script in the page")?;
    let (inline, after) = rest.split_once(INLINE.1).context("trunk's script has no end")?;
    let between = |start: String| Some(inline.split_once(&start)?.1.split_once('\'')?.0);
    let program = between(format!("from '{root}")).context("trunk's script imports nothing")?;
    let wasm = between(format!("module_or_path: '{root}")).context("trunk's script starts no wasm")?;
    let script = format!(
        "import init from './{program}';\n\nawait init({{ module_or_path: new URL('./{wasm}', import.meta.url) }});\n"
    );
    let name = format!("start-{}.js", &digest::of_bytes(script.as_bytes())[..16]);
    let page = format!("{before}<script type=\"module\" src=\"{root}{name}\"></script>{after}");
    check(&page)?;
    Ok((name, script, page))
}

/// Refuses a page that a host's strict policy would break: scripts, styles and handlers of events in it.
fn check(page: &str) -> Result<()> {
    for tag in page.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
        let name = tag.split_whitespace().next().unwrap_or_default();
        // Text in a script's clothes, such as the catalogue, is not run.
        let runs = name == "script" && !tag.contains(" src=") && !tag.contains("type=\"text/plain\"");
        ensure!(!runs && name != "style", "<{tag}> stands in the page itself: it belongs in a file");
        if let Some(word) = tag.split_whitespace().find(|word| word.starts_with("style=") || is_handler(word)) {
            bail!("{word} in <{tag}> belongs in a file");
        }
    }
    Ok(())
}

fn is_handler(word: &str) -> bool {
    let name = word.split_once('=').map(|(name, _)| name);
    name.is_some_and(|name| name.starts_with("on") && name.bytes().all(|byte| byte.is_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRUNK: &str = "<head><script type=\"module\">
import init, * as bindings from '../web-0a.js';
const wasm = await init({ module_or_path: '../web-0a_bg.wasm' });
window.wasmBindings = bindings;
</script></head><script type=\"text/plain\" id=\"catalogue\">\na = b\n</script>";

    #[test]
    fn trunks_script_becomes_a_file_that_finds_the_program_from_any_page() {
        let (name, script, page) = external(TRUNK, "../").unwrap();
        assert_eq!(
            script,
            "import init from './web-0a.js';\n\nawait init({ module_or_path: new URL('./web-0a_bg.wasm', import.meta.url) });\n"
        );
        assert!(page.starts_with(&format!("<head><script type=\"module\" src=\"../{name}\"></script></head>")));
        assert!(page.contains("a = b"));
        let home = external(&TRUNK.replace("../", "./"), "./").unwrap();
        assert_eq!((home.0, home.1), (name, script));
    }

    #[test]
    fn what_a_strict_policy_forbids_is_refused() {
        for bad in [
            "<script>run()</script>",
            "<script type=\"module\">run()</script>",
            "<style>a{}</style>",
            "<p style=\"color:red\">",
            "<p onclick=\"run()\">",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
        for good in ["<script src=\"a.js\"></script>", "<script type=\"text/plain\">x</script>", "<p class=\"one\">"] {
            check(good).unwrap();
        }
        assert!(external("<head></head>", "./").is_err());
    }
}
