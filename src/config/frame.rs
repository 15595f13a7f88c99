//! The sandbox flags of Empego's frames.

use super::parse::Problems;
use crate::model::visit::NO_SANDBOX;

const NAME: &str = "EMPEGO_FRAME_SANDBOX";
/// The flags unless others are set: what a page of Empego's could do without a sandbox, but
/// navigating the whole window without a user's action (`docs/empego.md` §4).
const DEFAULT: [&str; 9] = [
    "allow-scripts",
    "allow-same-origin",
    "allow-forms",
    "allow-modals",
    "allow-popups",
    "allow-popups-to-escape-sandbox",
    "allow-downloads",
    "allow-storage-access-by-user-activation",
    "allow-top-navigation-by-user-activation",
];
/// The other flags of the HTML standard.
const MORE: [&str; 5] = [
    "allow-orientation-lock",
    "allow-pointer-lock",
    "allow-presentation",
    "allow-top-navigation",
    "allow-top-navigation-to-custom-protocols",
];

/// The flags, separated by spaces, or [`NO_SANDBOX`].
pub(super) fn read(problems: &mut Problems, text: Option<&str>) -> String {
    let flags: Vec<&str> = match text.map(str::trim).filter(|text| !text.is_empty()) {
        None => return DEFAULT.join(" "),
        Some(NO_SANDBOX) => return NO_SANDBOX.to_owned(),
        Some(text) => text.split_whitespace().collect(),
    };
    for flag in flags.iter().filter(|flag| !DEFAULT.contains(flag) && !MORE.contains(flag)) {
        problems.add(NAME, &format!("{flag:?} is not a sandbox flag of an iframe"));
    }
    for needed in ["allow-scripts", "allow-same-origin"] {
        if !flags.contains(&needed) {
            problems.warn(NAME, &format!("Empego's page does not work without {needed}"));
        }
    }
    flags.join(" ")
}
