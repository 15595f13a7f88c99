//! What is assumed of Empego's interface.

use super::parse::Problems;
use crate::empego::KeyHeader;
use crate::profile::Profile;
use std::sync::Arc;

/// The profile of a file, or the embedded one, with the header of the key where one is set.
pub(super) fn read(
    problems: &mut Problems,
    file: Option<&str>,
    key_header: Option<&str>,
) -> Arc<Profile> {
    let read = match file.map(str::trim).filter(|file| !file.is_empty()) {
        None => Ok(Profile::embedded()),
        Some(file) => std::fs::read_to_string(file)
            .map_err(|error| format!("{file}: {error}"))
            .and_then(|text| match Profile::read(&text) {
                Ok(profile) => Ok(Arc::new(profile)),
                Err(faults) => Err(format!("{file} has faults:\n{faults}")),
            }),
    };
    let is_other = |profile: &Profile| profile.identifiers != Profile::embedded().identifiers;
    if read.as_ref().is_ok_and(|profile| is_other(profile)) {
        problems.warn(
            "EMPEGO_PROFILE",
            "identifiers are written in another way than by default: where this database was \
             used before, Empego would take its patients for new ones",
        );
    }
    let profile = read.unwrap_or_else(|problem| {
        problems.add("EMPEGO_PROFILE", &problem);
        Profile::embedded()
    });
    match key_header.map(str::parse::<KeyHeader>) {
        None => profile,
        Some(Ok(header)) => header.put_into(&profile),
        Some(Err(problem)) => {
            problems.add("EMPEGO_KEY_HEADER", &problem);
            profile
        }
    }
}
