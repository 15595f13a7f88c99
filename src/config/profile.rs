//! What is assumed of Empego's interface.

use super::Settings;
use super::parse::Problems;
use crate::empego::{KeyHeader, Origin};
use crate::profile::Profile;
use std::sync::Arc;

/// The profile of a file, or the embedded one, with the header of the key where one is set.
pub(super) fn read(problems: &mut Problems, settings: &Settings) -> Arc<Profile> {
    let file = settings.empego_profile.as_deref();
    let key_header = settings.empego_key_header.as_deref();
    let read = match file.map(str::trim).filter(|file| !file.is_empty()) {
        None => Ok(Profile::embedded()),
        Some(file) => std::fs::read_to_string(file)
            .map_err(|error| format!("{file}: {error}"))
            .and_then(|text| match Profile::read(&text) {
                Ok(profile) => Ok(Arc::new(profile)),
                Err(faults) => Err(format!("{file} has faults:\n{faults}")),
            }),
    };
    let profile = read.unwrap_or_else(|problem| {
        problems.add("EMPEGO_PROFILE", &problem);
        Profile::embedded()
    });
    let put = |text: &str| text.parse::<KeyHeader>()?.put_into(&profile);
    match key_header.map(put) {
        None => profile,
        Some(Ok(profile)) => profile,
        Some(Err(problem)) => {
            problems.add("EMPEGO_KEY_HEADER", &problem);
            profile
        }
    }
}

/// Origins of exported files: the setting, or those of the profile, which may be none.
pub(super) fn file_origins(
    problems: &mut Problems,
    text: Option<&str>,
    profile: &Profile,
    loopback_http: bool,
) -> Vec<Origin> {
    let of_profile = &profile.files.origins;
    match text {
        Some(text) => problems.origins("EMPEGO_FILE_ORIGINS", text, loopback_http),
        None if of_profile.is_empty() => Vec::new(),
        None => problems.origins("EMPEGO_PROFILE", &of_profile.join(","), loopback_http),
    }
}
