//! The browsers of the tests: the system's Chromium with its driver, and Firefox.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::{env, fs};

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;

use crate::process::{announce, on_path, output, run};
use crate::project::Project;

const CHROMIUM_PACKAGES: [&str; 2] = ["chromium", "chromium-driver"];

const CHROMIUM: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

const FIREFOX: [&str; 2] = ["firefox-esr", "firefox"];

/// Where installers put Firefox without putting it on `PATH`.
const FIREFOX_ELSEWHERE: [&str; 3] = [
    "/Applications/Firefox.app/Contents/MacOS/firefox",
    r"C:\Program Files\Mozilla Firefox\firefox.exe",
    r"C:\Program Files (x86)\Mozilla Firefox\firefox.exe",
];

/// Where installers put Chrome without putting it on `PATH`.
const CHROMIUM_ELSEWHERE: [&str; 4] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
];

/// Chromium's program: `CHROME`, else what is installed, else what apt-get can install.
pub(crate) fn chromium() -> Result<PathBuf> {
    find("Chromium", "CHROME", &CHROMIUM_PACKAGES, || installed(&CHROMIUM, &CHROMIUM_ELSEWHERE))
}

/// Firefox's program: `FIREFOX`, else what is installed, else what apt-get can install.
pub(crate) fn firefox() -> Result<PathBuf> {
    find("Firefox", "FIREFOX", &["firefox-esr"], || installed(&FIREFOX, &FIREFOX_ELSEWHERE))
}

/// ChromeDriver's program: `CHROMEDRIVER`, else what is installed, else what apt-get can install.
pub(crate) fn chromedriver() -> Result<PathBuf> {
    find("ChromeDriver", "CHROMEDRIVER", &CHROMIUM_PACKAGES, || on_path(&["chromedriver"]))
}

/// Writes what wasm-bindgen-test-runner asks of the driver, and returns the file.
pub(crate) fn webdriver_json(project: &Project) -> Result<PathBuf> {
    let arguments = ["disable-gpu", "disable-quic", "no-first-run", "disable-background-networking"];
    let capabilities = json!({ "goog:chromeOptions": { "binary": chromium()?, "args": arguments } });
    let file = project.target().join("webdriver.json");
    fs::create_dir_all(project.target())?;
    fs::write(&file, capabilities.to_string()).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(file)
}

fn installed(names: &[&str], elsewhere: &[&str]) -> Option<PathBuf> {
    on_path(names).or_else(|| elsewhere.iter().map(PathBuf::from).find(|file| file.is_file()))
}

/// A program: the one that the variable names, else what is installed, else what apt-get can install.
pub(crate) fn find(
    name: &str,
    variable: &str,
    packages: &[&str],
    installed: impl Fn() -> Option<PathBuf>,
) -> Result<PathBuf> {
    if let Some(file) = env::var_os(variable).filter(|file| !file.is_empty()) {
        return Ok(file.into());
    }
    if let Some(file) = installed() {
        return Ok(file);
    }
    announce(format!("installing {name} (once, about a minute)…"));
    let how = format!("install {name}, or name its program in {variable}");
    apt_install(packages).with_context(|| how.clone())?;
    installed().context(how)
}

/// Installs Debian packages unless what they bring is here.
pub(crate) fn ensure_packages(name: &str, packages: &[&str], is_here: impl Fn() -> bool) -> Result<()> {
    if is_here() {
        return Ok(());
    }
    announce(format!("installing {name}: {} (once)…", packages.join(", ")));
    apt_install(packages).with_context(|| format!("install {}", packages.join(", ")))?;
    ensure!(is_here(), "{} did not bring what is needed", packages.join(", "));
    Ok(())
}

/// Installs Debian packages, where that can be done without asking anybody.
fn apt_install(packages: &[&str]) -> Result<()> {
    if on_path(&["apt-get"]).is_none() {
        bail!("there is no apt-get here");
    }
    let root = output(Command::new("id").arg("-u"))? == "0";
    let sudo = || Command::new("sudo").args(["-n", "true"]).stderr(Stdio::null()).status();
    if !root && !sudo().is_ok_and(|status| status.success()) {
        bail!("apt-get needs root, or a sudo that asks for no password");
    }
    let apt_get = |arguments: &[&str]| {
        let before: &[&str] = if root { &["env"] } else { &["sudo", "-n", "env"] };
        let words = [before, &["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet"], arguments].concat();
        run(Command::new(words[0]).args(&words[1..]))
    };
    apt_get(&["update"])?;
    apt_get(&[&["install", "--yes", "--no-install-recommends"], packages].concat())
}
