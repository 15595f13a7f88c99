//! The sandbox flags of Empego's frames.

use super::parse::Problems;
use crate::model::visit::NO_SANDBOX;
use crate::profile::{Profile, SANDBOX_FLAGS};

const NAME: &str = "EMPEGO_FRAME_SANDBOX";
/// The flags, separated by spaces, or [`NO_SANDBOX`]; those of the profile unless others are set
/// (`docs/empego.md` §4).
pub(super) fn read(problems: &mut Problems, text: Option<&str>, profile: &Profile) -> String {
    let flags: Vec<&str> = match text.map(str::trim).filter(|text| !text.is_empty()) {
        None => return profile.frame.sandbox.clone(),
        Some(NO_SANDBOX) => return NO_SANDBOX.to_owned(),
        Some(text) => text.split_whitespace().collect(),
    };
    for flag in flags.iter().filter(|flag| !SANDBOX_FLAGS.contains(flag)) {
        problems.add(NAME, &format!("{flag:?} is not a sandbox flag of an iframe"));
    }
    for needed in ["allow-scripts", "allow-same-origin"] {
        if !flags.contains(&needed) {
            problems.warn(NAME, &format!("Empego's page does not work without {needed}"));
        }
    }
    flags.join(" ")
}
