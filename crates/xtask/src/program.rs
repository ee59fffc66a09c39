//! The programs that a site is made of.

use std::path::Path;

/// A shipped wasm file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    /// The page with all widgets.
    Page,
    /// The frame's with few of them.
    Small,
    /// The worker for every browser with SIMD.
    Worker,
    /// The worker for browsers with relaxed SIMD.
    RelaxedWorker,
}

impl Program {
    /// The program in a file of a built site, or of one that is being built; none for other files.
    pub(crate) fn of(file: &Path) -> Option<Self> {
        let name = file.file_name()?.to_str()?;
        let relaxed = file.parent().is_some_and(|folder| folder.ends_with("relaxed"));
        match name {
            _ if !name.ends_with(".wasm") => None,
            "worker_bg.wasm" => Some(if relaxed { Self::RelaxedWorker } else { Self::Worker }),
            _ if name.starts_with("widget") => Some(Self::Small),
            _ if name.starts_with("web-") => Some(Self::Page),
            _ => None,
        }
    }

    /// How wasm-opt is called for it, beside what holds for all.
    pub(crate) fn wasm_opt_flags(self) -> &'static [&'static str] {
        match self {
            // Larger levels inline more: the file is smaller then, and longer once it is compressed.
            Self::Page | Self::Small => &["-O1"],
            Self::Worker => &["-O3"],
            Self::RelaxedWorker => &["-O3", "--enable-relaxed-simd"],
        }
    }

    /// What it is called in messages.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Page => "the page's program",
            Self::Small => "the small program of frames",
            Self::Worker => "the worker",
            Self::RelaxedWorker => "the worker for relaxed SIMD",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_known_by_the_name_of_its_file() {
        let program = |file: &str| Program::of(Path::new(file));
        assert_eq!(program("dist/web-0123456789abcdef_bg.wasm"), Some(Program::Page));
        assert_eq!(program("dist/widget-0123456789abcdef_bg.wasm"), Some(Program::Small));
        assert_eq!(program("dist/widget_bg.wasm"), Some(Program::Small));
        assert_eq!(program("dist/worker_bg.wasm"), Some(Program::Worker));
        assert_eq!(program("dist/worker-0123456789abcdef/worker_bg.wasm"), Some(Program::Worker));
        assert_eq!(program("dist/worker-0123456789abcdef/relaxed/worker_bg.wasm"), Some(Program::RelaxedWorker));
        assert_eq!(program("dist/recorded-run-0123456789abcdef.bin"), None);
    }
}
