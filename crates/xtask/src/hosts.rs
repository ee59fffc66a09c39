//! The static servers of the end-to-end tests that are no npm packages.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::browser::find;
use crate::process::on_path;

/// Python, for its `http.server`: `PYTHON`, else what is installed, else what apt-get can install.
pub(crate) fn python() -> Result<PathBuf> {
    find("Python", "PYTHON", &["python3"], || on_path(&["python3", "python"]))
}

/// nginx: `NGINX`, else what is installed, else what apt-get can install.
pub(crate) fn nginx() -> Result<PathBuf> {
    // Debian keeps it from the paths of those who may not start services.
    let elsewhere = || Some(Path::new("/usr/sbin/nginx")).filter(|file| file.is_file()).map(Path::to_path_buf);
    find("nginx", "NGINX", &["nginx"], || on_path(&["nginx"]).or_else(elsewhere))
}
