//! The list of widgets (`crates/generation/src/lesson.rs`) for those who do not read Rust, and what must be there for each of them.

use anyhow::Result;
use generation::lesson::Widget;

/// Where the browser tests read the list.
pub(crate) const FIXTURE: &str = "tests/fixtures/widgets.json";

/// The list as JSON.
pub(crate) fn json() -> Result<String> {
    let list: Vec<_> = Widget::ALL.iter().map(|widget| widget.about()).collect();
    Ok(serde_json::to_string_pretty(&list)? + "\n")
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::project::Project;

    fn read(path: &str) -> String {
        let file = Project::find().unwrap().root.join(path);
        fs::read_to_string(&file).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// The values of an attribute, in the page's order.
    fn values(page: &str, attribute: &str) -> Vec<String> {
        let start = format!("{attribute}=\"");
        let rest = page.split(&start).skip(1);
        rest.map(|rest| rest.split_once('"').unwrap().0.to_owned()).collect()
    }

    fn names() -> Vec<&'static str> {
        Widget::ALL.iter().map(|widget| widget.name()).collect()
    }

    #[test]
    fn the_browser_tests_have_the_present_list() {
        assert_eq!(read(FIXTURE), json().unwrap(), "write it anew: cargo xtask widgets > {FIXTURE}");
    }

    #[test]
    fn the_lesson_has_a_place_for_each_widget_in_their_order() {
        assert_eq!(values(&read("index.html"), "data-widget"), names());
    }

    #[test]
    fn a_frame_that_cannot_start_has_words_for_each_widget_and_one_for_none() {
        let stills = values(&read("web/embed.html"), "data-still");
        let (none, widgets) = stills.split_last().unwrap();
        assert!(none.is_empty() && widgets == names(), "{stills:?}");
    }

    #[test]
    fn every_language_has_the_titles() {
        let project = Project::find().unwrap();
        for folder in
            fs::read_dir(project.locales()).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir())
        {
            let files = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
            let messages: String = files.map(|file| fs::read_to_string(file).unwrap()).collect();
            for title in Widget::ALL.iter().map(|widget| widget.about().title) {
                assert!(messages.contains(&format!("\n{title} =")), "{}: {title}", folder.display());
            }
        }
    }
}
