//! No script stands in a page, so that a host may forbid it (Content-Security-Policy): trunk's, which starts the page's program,
//! becomes a file. A frame's starts the small program where that has the widget on show.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use generation::lesson::Widget;

use crate::{digest, html};

/// A page as text, and the way from it to the site's root.
type Page<'a> = (&'a Path, &'a str);

const INLINE: (&str, &str) = ("<script type=\"module\">", "</script>");

/// The small program (`web/src/bin/widget.rs`).
pub(crate) const PROGRAM: &str = "widget";

/// What a page of one widget has in its root element.
const FRAME: &str = "<html data-embed ";

/// Takes trunk's script out of the pages into a file beside the program, named by its content; `small` is the name of the small program.
pub(crate) fn externalize<'a>(dist: &Path, pages: impl IntoIterator<Item = Page<'a>>, small: &str) -> Result<()> {
    for (file, root) in pages {
        let page = fs::read_to_string(file).with_context(|| format!("there is no {}", file.display()))?;
        let (name, script, page) = external(&page, root, small).with_context(|| file.display().to_string())?;
        fs::write(dist.join(name), script)?;
        fs::write(file, page)?;
    }
    Ok(())
}

/// The script's file name and text, and the page that names it.
fn external(page: &str, root: &str, small: &str) -> Result<(String, String, String)> {
    let (before, rest) = page.split_once(INLINE.0).context("trunk left no script in the page")?;
    let (inline, after) = rest.split_once(INLINE.1).context("trunk's script has no end")?;
    let between = |start: String| Some(inline.split_once(&start)?.1.split_once('\'')?.0);
    let program = between(format!("from '{root}")).context("trunk's script imports nothing")?;
    let wasm = between(format!("module_or_path: '{root}")).context("trunk's script starts no wasm")?;
    let frame = page.contains(FRAME);
    let script = if frame {
        frame_script(program, wasm, small)
    } else {
        format!(
            "import init from './{program}';\n\nawait init({{ module_or_path: new URL('./{wasm}', import.meta.url) }});\n"
        )
    };
    let name = format!("start-{}.js", &digest::of_bytes(script.as_bytes())[..16]);
    let mut page = format!("{before}<script type=\"module\" src=\"{root}{name}\"></script>{after}");
    if frame {
        page = without_links(&page, &[program, wasm]).context("trunk's links to the program are not to be found")?;
    }
    html::refuse_inline(&page)?;
    Ok((name, script, page))
}

/// The script of a frame. The program of all widgets also serves where the other one is not to be had: the lesson keeps only that
/// one for a visit without a network.
fn frame_script(program: &str, wasm: &str, small: &str) -> String {
    let widgets = Widget::ALL.iter().map(|widget| widget.about()).filter(|about| about.small);
    let widgets: Vec<_> = widgets.map(|about| format!("'{}'", about.name)).collect();
    format!(
        "const has = [{}];
const reach = async (program, wasm) => {{
  const answer = fetch(new URL(wasm, import.meta.url));
  const [{{ default: init }}, module_or_path] = await Promise.all([import(program), answer]);
  if (!module_or_path.ok) throw new Error(`${{wasm}}: ${{module_or_path.status}}`);
  return () => init({{ module_or_path }});
}};
const all = () => reach('./{program}', './{wasm}');
const small = () => reach('./{small}.js', './{small}_bg.wasm');
const start = has.includes(new URLSearchParams(location.search).get('widget')) ? await small().catch(all) : await all();
await start();
",
        widgets.join(", ")
    )
}

/// The page without trunk's `<link>`s that fetch these files ahead: which program it will be is not known yet.
fn without_links(page: &str, files: &[&str]) -> Option<String> {
    let mut page = page.to_owned();
    for file in files {
        let at = page.find(&format!("{file}\""))?;
        let (start, end) = (page[..at].rfind("<link ")?, at + page[at..].find('>')? + 1);
        page.replace_range(start..end, "");
    }
    Some(page)
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
        let (name, script, page) = external(TRUNK, "../", "widget-0b").unwrap();
        assert_eq!(
            script,
            "import init from './web-0a.js';\n\nawait init({ module_or_path: new URL('./web-0a_bg.wasm', import.meta.url) });\n"
        );
        assert!(page.starts_with(&format!("<head><script type=\"module\" src=\"../{name}\"></script></head>")));
        assert!(page.contains("a = b"));
        let home = external(&TRUNK.replace("../", "./"), "./", "widget-0b").unwrap();
        assert_eq!((home.0, home.1), (name, script));
    }

    #[test]
    fn a_frame_starts_the_smaller_program_where_that_will_do_and_fetches_none_ahead() {
        let links = "<link rel=\"modulepreload\" href=\"../web-0a.js\"><link rel=\"icon\" href=\"../icon.svg\">\
                     <link rel=\"preload\" href=\"../web-0a_bg.wasm\" as=\"fetch\"><p>";
        let frame = format!("{FRAME}lang=\"en\">{TRUNK}{links}");
        let (_, script, page) = external(&frame, "../", "widget-0b").unwrap();
        assert!(page.ends_with("</script><link rel=\"icon\" href=\"../icon.svg\"><p>"), "{page}");
        assert!(script.starts_with("const has = ['softmax', 'context-growth'];\n"));
        for line in [
            "const all = () => reach('./web-0a.js', './web-0a_bg.wasm');",
            "const small = () => reach('./widget-0b.js', './widget-0b_bg.wasm');",
        ] {
            assert!(script.contains(line), "{script}");
        }
        assert!(external(&format!("{FRAME}>{TRUNK}"), "../", "widget-0b").is_err());
    }

    #[test]
    fn a_page_that_trunk_left_without_its_script_is_refused() {
        assert!(external("<head></head>", "./", "widget-0b").is_err());
    }
}
