use std::collections::BTreeSet;

use generation::lesson::Widget;

use super::*;

/// What the command reads and changes.
const COPIED: [&str; 6] =
    [LIST, FIXTURE, "docs/embedding.md", "index.html", "web/embed.html", "web/locales/formulas.ftl"];

/// The form that [`MOUNTS`] has, for two of the widgets.
const MOUNTS_BEFORE: &str = "//! Maps each name of the list to its view, context-window's among them.

pub mod context_growth;
pub mod context_window;

pub fn view(widget: Widget) -> AnyView {
    match widget {
        Widget::ContextGrowth => view! { <context_growth::ContextGrowth/> }.into_any(),
        Widget::ContextWindow => view! { <context_window::ContextWindow/> }.into_any(),
    }
}
";

/// A copy of what the command works on, in a folder of its own.
fn copy(test: &str) -> Project {
    let (from, to) = (Project::find().unwrap().root, std::env::temp_dir());
    let to = to.join(format!("next-token-new-widget-{}-{test}", std::process::id()));
    let mut paths: Vec<PathBuf> = COPIED.iter().map(PathBuf::from).collect();
    for language in ["en", "de"] {
        let folder = PathBuf::from("web/locales").join(language);
        paths.extend(fs::read_dir(from.join(&folder)).unwrap().map(|entry| folder.join(entry.unwrap().file_name())));
    }
    for path in paths {
        fs::create_dir_all(to.join(&path).parent().unwrap()).unwrap();
        fs::copy(from.join(&path), to.join(&path)).unwrap();
    }
    fs::create_dir_all(to.join(MOUNTS).parent().unwrap()).unwrap();
    fs::write(to.join(MOUNTS), MOUNTS_BEFORE).unwrap();
    Project { cache: to.join("cache"), root: to }
}

/// Every file below a folder with its text.
fn all(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            files.append(&mut all(&path));
        } else {
            let text = fs::read_to_string(&path).unwrap();
            files.insert(path, text);
        }
    }
    files
}

fn values(page: &str, attribute: &str) -> Vec<String> {
    let start = format!("{attribute}=\"");
    page.split(&start).skip(1).map(|rest| rest.split_once('"').unwrap().0.to_owned()).collect()
}

#[test]
fn a_new_widget_has_its_files_and_stands_in_every_list() {
    let project = copy("lists");
    let read = |path: &str| fs::read_to_string(project.root.join(path)).unwrap();
    create(&project, "head-map").unwrap();
    // The others' entries are untouched, and its own has the same form.
    let (list, mut own) = (crate::widgets::json().unwrap(), serde_json::to_value(Widget::Code.about()).unwrap());
    assert!(read(FIXTURE).starts_with(list.strip_suffix("\n]\n").unwrap()));
    let list: Vec<Value> = serde_json::from_str(&read(FIXTURE)).unwrap();
    let names: Vec<_> = list.iter().map(|about| about["name"].as_str().unwrap().to_owned()).collect();
    for (field, value) in [("name", "head-map".into()), ("title", "head-map-title".into()), ("height", 600.into())] {
        own[field] = value;
    }
    assert_eq!(list.last().unwrap(), &own);
    assert_eq!(values(&read("index.html"), "data-widget"), names);
    assert_eq!(values(&read("web/embed.html"), "data-still"), [names.clone(), vec![String::new()]].concat());
    let listed: Vec<_> =
        read(LIST).split("{ name: \"").skip(1).map(|rest| rest.split_once('"').unwrap().0.to_owned()).collect();
    assert_eq!(listed, names);
    assert!(read("docs/embedding.md").contains("`context-window`, `head-map` |"));
    assert!(read("index.html").contains("href=\"web/src/widgets/head_map/style.css\""));
    let mounts = read(MOUNTS);
    for line in ["pub mod head_map;", "        Widget::HeadMap => view! { <head_map::HeadMap/> }.into_any(),"] {
        assert_eq!(mounts.lines().filter(|own| *own == line).count(), 1, "{line}");
    }
    assert_eq!(mounts.lines().count(), MOUNTS_BEFORE.lines().count() + 2);
    fs::remove_dir_all(&project.root).unwrap();
}

#[test]
fn its_files_are_well_formed() {
    let project = copy("files");
    let before: BTreeSet<PathBuf> = all(&project.root).into_keys().collect();
    create(&project, "head-map").unwrap();
    let written = all(&project.root);
    let made: BTreeMap<_, _> = written.iter().filter(|(path, _)| !before.contains(*path)).collect();
    let names: Vec<_> = made.keys().map(|path| path.strip_prefix(&project.root).unwrap().to_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "tests/e2e/head-map.spec.ts",
            "web/locales/de/head_map.ftl",
            "web/locales/en/head_map.ftl",
            "web/src/widgets/head_map/mod.rs",
            "web/src/widgets/head_map/model.rs",
            "web/src/widgets/head_map/style.css",
        ]
    );
    // Each language's page can be made, so its messages are well-formed and none is missing.
    let site = project.root.join("site");
    fs::create_dir_all(&site).unwrap();
    fs::copy(project.root.join("index.html"), site.join("index.html")).unwrap();
    fs::copy(Project::find().unwrap().root.join("web/embed.js"), site.join("embed.js")).unwrap();
    crate::pages::render(&project, &site).unwrap();
    let frame = fs::read_to_string(site.join("de/embed/index.html")).unwrap();
    assert!(frame.contains("<h1>Head map</h1>") && frame.contains("\nhead-map-title = Head map\n"));
    for (path, text) in made {
        for form in ["{kebab}", "{snake}", "{Camel}", "{Words}"] {
            assert!(!text.contains(form), "{}: {form}", path.display());
        }
        if path.extension().is_some_and(|kind| kind == "rs") {
            text.parse::<proc_macro2::TokenStream>().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
    }
    fs::remove_dir_all(&project.root).unwrap();
}

#[test]
fn a_name_that_is_taken_or_malformed_changes_nothing() {
    let project = copy("refused");
    let before = all(&project.root);
    for name in ["", "Head-Map", "head_map", "head--map", "-head", "head-2", "code", "page"] {
        assert!(create(&project, name).is_err(), "{name:?}");
    }
    fs::write(project.root.join("web/embed.html"), "without its mark").unwrap();
    let error = format!("{:#}", create(&project, "head-map").unwrap_err());
    assert!(error.contains("web/embed.html"), "{error}");
    assert!(!project.root.join("web/src/widgets/head_map").exists());
    fs::copy(Project::find().unwrap().root.join("web/embed.html"), project.root.join("web/embed.html")).unwrap();
    assert_eq!(all(&project.root), before);
    fs::remove_dir_all(&project.root).unwrap();
}
