//! Limits that depend on the machine and on the size of the installation.

use super::parse::Problems;
use clap::Args;
use std::ops::RangeInclusive;
use std::thread::available_parallelism;

/// The fewest passwords that are hashed at a time, and the most by default. One alone would make a
/// sign-in wait for a stranger's; each takes a core and 19 MiB.
const PASSWORD_PERMITS: (usize, usize) = (2, 8);

/// The settings of limits, as given.
#[derive(Args, Clone, Default)]
pub struct LimitSettings {
    /// How many passwords are checked at a time, from 1 to 64; each takes a core and 19 MiB
    /// [default: the number of cores, from 2 to 8]
    #[arg(long, env = "DESK_PASSWORD_PERMITS", hide_env_values = true)]
    pub desk_password_permits: Option<String>,
}

/// The limits.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How many passwords are hashed at a time.
    pub password_permits: usize,
}

impl Limits {
    pub(super) fn read(problems: &mut Problems, settings: &LimitSettings) -> Self {
        let cores = available_parallelism().map_or(PASSWORD_PERMITS.0, usize::from);
        Self {
            password_permits: problems.number(
                "DESK_PASSWORD_PERMITS",
                settings.desk_password_permits.as_deref(),
                cores.clamp(PASSWORD_PERMITS.0, PASSWORD_PERMITS.1),
                1..=64,
            ),
        }
    }
}

impl Problems {
    /// A whole number in a range; `default` where none is set.
    fn number(
        &mut self,
        name: &str,
        text: Option<&str>,
        default: usize,
        range: RangeInclusive<usize>,
    ) -> usize {
        let Some(text) = text else { return default };
        text.parse().ok().filter(|number| range.contains(number)).unwrap_or_else(|| {
            let (least, most) = (range.start(), range.end());
            self.add(name, &format!("{text:?} is not a whole number from {least} to {most}"));
            default
        })
    }
}
