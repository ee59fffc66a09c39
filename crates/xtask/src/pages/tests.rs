use std::collections::BTreeSet;

use generation::manifest::Manifest;

use super::*;

fn project() -> Project {
    Project::find().unwrap()
}

fn languages() -> Vec<Language> {
    Language::all(&project().locales()).unwrap()
}

fn template() -> String {
    fs::read_to_string(project().root.join(PAGE)).unwrap()
}

/// A language of messages given in the test.
fn language(code: &str, source: &str) -> Language {
    let mut language = Language { code: code.into(), messages: FluentBundle::default(), catalogue: String::new() };
    language.messages.set_use_isolating(false);
    language.add("test.ftl", source).unwrap();
    language
}

/// The prose of a language: each message with its unformatted text.
fn prose(language: &str) -> Vec<(String, String)> {
    let source = fs::read_to_string(project().locales().join(language).join(PROSE)).unwrap();
    let mut messages: Vec<(String, String)> = Vec::new();
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        match (line.split_once('='), messages.last_mut()) {
            (Some((id, text)), _) if line.starts_with(char::is_alphabetic) => {
                messages.push((id.trim().to_owned(), text.trim().to_owned()));
            }
            (_, Some((_, text))) => *text = format!("{text} {}", line.trim()).trim().to_owned(),
            _ => {}
        }
    }
    messages
}

/// The parts of a text between two marks, in order of the alphabet: translations may turn sentences around.
fn parts(text: &str, open: char, close: char) -> Vec<String> {
    let inside = |part: &str| part.split_once(close).map(|(inside, _)| inside.trim().to_owned());
    let mut parts: Vec<_> = text.split(open).skip(1).filter_map(inside).collect();
    parts.sort();
    parts
}

/// A formula without the figures in it, which a language writes its own way.
fn formula(reference: &str) -> String {
    let mut outside = true;
    reference
        .chars()
        .filter(|&c| {
            if c == '"' {
                outside = !outside;
                true
            } else {
                outside
            }
        })
        .collect()
}

#[test]
fn every_language_has_all_of_the_prose_and_nothing_else() {
    let template = template() + &fs::read_to_string(project().frame_body()).unwrap();
    let used: BTreeSet<String> =
        template.split("{{").skip(1).filter_map(|rest| Some(rest.split_once("}}")?.0.to_owned())).collect();
    for language in languages() {
        let page = language.page(&template, &languages(), PAGE);
        let page = page.unwrap_or_else(|error| panic!("{}: {error}", language.code));
        assert!(!page.contains("{{"), "{}: something in double braces is left", language.code);
        let prose = prose(&language.code);
        let referred: BTreeSet<String> = prose.iter().flat_map(|(_, text)| parts(text, '{', '}')).collect();
        let of_our_own = ["language-name", "languages-label"];
        let idle: Vec<_> = prose
            .iter()
            .map(|(id, _)| id)
            .filter(|id| !used.contains(*id) && !referred.contains(*id) && !of_our_own.contains(&id.as_str()))
            .collect();
        assert!(idle.is_empty(), "{}: the template does not ask for {idle:?}", language.code);
        let ids: BTreeSet<_> = prose.iter().map(|(id, _)| id).collect();
        assert_eq!(ids.len(), prose.len(), "{}: a message is there twice", language.code);
    }
}

#[test]
fn a_translation_keeps_tags_and_formulas() {
    let home = prose(HOME);
    for language in languages() {
        let prose = prose(&language.code);
        for (id, text) in &home {
            let own =
                &prose.iter().find(|(own, _)| own == id).unwrap_or_else(|| panic!("{}: no {id}", language.code)).1;
            assert_eq!(parts(own, '<', '>'), parts(text, '<', '>'), "{}: tags of {id}", language.code);
            let formulas = |text: &str| parts(text, '{', '}').iter().map(|part| formula(part)).collect::<Vec<_>>();
            assert_eq!(formulas(own), formulas(text), "{}: what stands in braces in {id}", language.code);
        }
    }
}

#[test]
fn what_stands_in_an_attribute_is_plain_text() {
    let template = template() + &fs::read_to_string(project().frame_body()).unwrap();
    for language in languages() {
        for rest in template.split("=\"{{").skip(1) {
            let id = rest.split_once("}}").unwrap().0;
            let text = if id == "language" { language.code.clone() } else { language.message(id).unwrap() };
            assert!(!text.contains(['"', '<', '>']), "{}: {id} cannot stand in an attribute: {text}", language.code);
        }
    }
}

#[test]
fn a_page_without_a_message_is_not_made() {
    let language = language("en", "a = An <b>a</b>");
    assert_eq!(language.filled("<p>{{a}}</p>").unwrap(), "<p>An <b>a</b></p>");
    assert!(language.filled("<p>{{b}}</p>").unwrap_err().to_string().contains("no message b"));
    // Trunk's own braces are left for trunk.
    assert_eq!(language.filled("'{{__TRUNK_ADDRESS__}}'").unwrap(), "'{{__TRUNK_ADDRESS__}}'");
}

#[test]
fn numbers_are_written_as_the_language_does() {
    let language = language("de", "number-decimal = ,\nnumber-group = .");
    let shown = ["33558528", "1024", "100", "0.0873", "16.65"].map(|number| language.number(number).unwrap());
    assert_eq!(shown.join(" "), "33.558.528 1.024 100 0,0873 16,65");
}

#[test]
fn addresses_lead_from_another_folder_to_the_same_files() {
    let template = r#"<a href="./"><link href="./a.css"><script>import x from './x.js';</script>"#;
    assert_eq!(rebased(template, "./"), template);
    let german = r#"<a href="./"><link href="../a.css"><script>import x from '../x.js';</script>"#;
    assert_eq!(rebased(template, "../"), german);
}

#[test]
fn pages_name_each_other_and_carry_their_own_words() {
    let languages = languages();
    for language in &languages {
        let page = language.page(&template(), &languages, PAGE).unwrap();
        assert!(page.contains(&format!("<html lang=\"{}\">", language.code)));
        for other in &languages {
            let address = format!("{}{}", language.root(PAGE), other.folder());
            assert!(page.contains(&format!("hreflang=\"{}\" href=\"{address}\"", other.code)));
            let is_linked = page.contains(&format!("data-language=\"{}\"", other.code));
            assert_eq!(is_linked, other.code != language.code);
        }
        let catalogue = page.split_once("id=\"catalogue\">").unwrap().1.split_once("</script>").unwrap().0;
        assert!(catalogue.contains("\nmodel-region = ") && !catalogue.contains("\nhero-title = "));
        assert_eq!(page.matches("id=\"catalogue\"").count(), 1);
    }
}

#[test]
fn a_frame_has_the_program_and_not_the_lesson() {
    let body = fs::read_to_string(project().frame_body()).unwrap();
    let model = Manifest { name: "A \"b\"".into(), bytes: 7, ..manifest() };
    let template = frame::template(&template(), &body, Some(&model)).unwrap();
    let languages = languages();
    for language in &languages {
        let page = language.page(&template, &languages, FRAME).unwrap();
        assert!(page.contains(&format!("<html data-embed lang=\"{}\">", language.code)), "{page}");
        for kept in ["name=\"next-token-worker\"", "web/Cargo.toml", "styles.css", "id=\"catalogue\"", "id=\"frame\""] {
            assert!(page.contains(kept), "{kept}");
        }
        for left_out in ["lesson.css", "rel=\"preload\"", "<article", "description", "id=\"desk\"", "{{", "<!-- lesson"]
        {
            assert!(!page.contains(left_out), "{left_out}");
        }
        assert!(page.contains("content=\"7|0|||A &quot;b&quot;\""));
        assert!(page.contains(&format!("hreflang=\"de\" href=\"{}de/embed/\"", language.root(FRAME))));
    }
}

fn manifest() -> Manifest {
    let text = String::new;
    Manifest {
        format: 1,
        name: text(),
        licence: text(),
        architecture: text(),
        quantization: text(),
        bytes: 0,
        sha256: text(),
        parts: Vec::new(),
    }
}

#[test]
fn a_catalogue_cannot_end_its_own_place() {
    let folder = std::env::temp_dir().join(format!("next-token-pages-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("page.ftl"), "a = one </SCRIPT> two\n").unwrap();
    let error = Language::read(&folder, "").err().unwrap();
    fs::remove_dir_all(&folder).unwrap();
    assert!(error.to_string().contains("</script"), "{error}");
}

#[test]
fn an_app_names_icons_that_exist_and_starts_at_its_own_page() {
    for language in languages() {
        let app = language.app().unwrap();
        assert_eq!((&app["start_url"], &app["scope"]), (&"./".into(), &language.root(PAGE).into()));
        assert_eq!(app["lang"], language.code);
        let icons = app["icons"].as_array().unwrap();
        assert!(icons.iter().any(|icon| icon["purpose"] == "maskable"));
        for icon in icons {
            let name = icon["src"].as_str().unwrap().strip_prefix(language.root(PAGE)).unwrap();
            assert!(project().root.join("web").join(name).is_file(), "{name}");
        }
    }
    // The link to it is the only address that follows the page into its language's folder.
    assert!(template().contains("<link rel=\"manifest\" href=\"manifest.json\">"));
}
