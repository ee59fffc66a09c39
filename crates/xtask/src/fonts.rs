//! Two sets of fonts for what the tests measure on the screen: a browser that is given one sees no other, whatever else is
//! installed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::browser;
use crate::project::Project;

/// What a machine may have.
pub(crate) struct FontSet {
    name: &'static str,
    /// The variable that tells Playwright's configuration the file.
    pub(crate) variable: &'static str,
    /// Where Debian lays the fonts down.
    folders: &'static [&'static str],
    /// A font of each package.
    fonts: &'static [&'static str],
    packages: &'static [&'static str],
    /// What stands for the generic families, and for the names that pages ask for.
    aliases: &'static [(&'static [&'static str], &'static [&'static str])],
}

/// DejaVu alone, as a bare server has it.
const DEJAVU: FontSet = FontSet {
    name: "dejavu",
    variable: "FONTS_DEJAVU",
    folders: &["/usr/share/fonts/truetype/dejavu"],
    fonts: &["/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"],
    packages: &["fonts-dejavu-core"],
    aliases: &[
        (&["sans-serif", "system-ui"], &["DejaVu Sans"]),
        (&["serif"], &["DejaVu Serif"]),
        (&["monospace", "ui-monospace"], &["DejaVu Sans Mono"]),
    ],
};

/// A desktop: Noto with colour emoji, Chinese, Japanese, Korean and Arabic beside a face with Arial's widths.
const NOTO: FontSet = FontSet {
    name: "noto",
    variable: "FONTS_NOTO",
    folders: &[
        "/usr/share/fonts/truetype/noto",
        "/usr/share/fonts/opentype/noto",
        "/usr/share/fonts/truetype/liberation",
    ],
    fonts: &[
        "/usr/share/fonts/truetype/noto/NotoSansArabic-Regular.ttf",
        "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf",
        "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
        "/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf",
    ],
    packages: &["fonts-noto-core", "fonts-noto-color-emoji", "fonts-noto-cjk", "fonts-liberation"],
    aliases: &[
        (&["sans-serif", "system-ui", "Arial", "Helvetica"], &["Liberation Sans", "Noto Color Emoji"]),
        (&["serif", "Times New Roman"], &["Liberation Serif"]),
        (&["monospace", "ui-monospace", "Courier New"], &["Liberation Mono", "Noto Color Emoji"]),
        (&["emoji"], &["Noto Color Emoji"]),
    ],
};

/// Both sets.
pub(crate) const SETS: [&FontSet; 2] = [&DEJAVU, &NOTO];

impl FontSet {
    /// Fontconfig's file for this set; fonts that are missing are installed where that can be done.
    pub(crate) fn ensure(&self, project: &Project) -> Result<PathBuf> {
        let here = || self.fonts.iter().all(|font| Path::new(font).is_file());
        browser::ensure_packages("fonts", self.packages, here)?;
        let folder = project.target().join("fonts");
        fs::create_dir_all(&folder)?;
        let file = folder.join(self.name).with_extension("conf");
        fs::write(&file, self.configuration(&folder)).with_context(|| format!("cannot write {}", file.display()))?;
        Ok(file)
    }

    fn configuration(&self, cache: &Path) -> String {
        let mut lines = vec!["<?xml version=\"1.0\"?>".to_owned(), "<fontconfig>".to_owned()];
        lines.extend(self.folders.iter().map(|folder| format!("  <dir>{folder}</dir>")));
        lines.push(format!("  <cachedir>{}</cachedir>", cache.join("cache").display()));
        for (names, families) in self.aliases {
            let families = families.iter().map(|family| format!("<family>{family}</family>")).collect::<String>();
            lines.extend(names.iter().map(|name| {
                format!("  <alias binding=\"same\"><family>{name}</family><prefer>{families}</prefer></alias>")
            }));
        }
        lines.push("</fontconfig>\n".to_owned());
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_its_own_fonts_and_no_others() {
        for set in SETS {
            let text = set.configuration(Path::new("/cache"));
            assert_eq!(text.matches("<dir>").count(), set.folders.len());
            assert!(!text.contains("<include"), "the system's settings would bring the system's fonts");
            assert!(text.contains("<alias binding=\"same\"><family>monospace</family>"));
        }
    }
}
