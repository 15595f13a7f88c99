//! Limits that depend on the machine and on the size of the installation.

use super::parse::Problems;
use clap::Args;
use std::ops::RangeInclusive;
use std::thread::available_parallelism;
use std::time::Duration;

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
    /// How long requests are still taken after the signal to stop, while /readyz fails already
    /// [default: 2s in production, else none]
    #[arg(long, env = "DESK_DRAIN", hide_env_values = true)]
    pub desk_drain: Option<String>,
    /// How long the end may take after the signal to stop, DESK_DRAIN included [default: 9s]
    #[arg(long, env = "DESK_SHUTDOWN_TIMEOUT", hide_env_values = true)]
    pub desk_shutdown_timeout: Option<String>,
}

/// The limits.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How many passwords are hashed at a time.
    pub password_permits: usize,
    /// How long the steps of the end may take.
    pub stop: StopTimes,
}

/// How long the steps of the end of a serving process may take.
#[derive(Clone, Copy, Debug)]
pub struct StopTimes {
    /// How long requests are still taken after `/readyz` began to fail, so that a balancer sends
    /// none any more when the listener closes.
    pub drain: Duration,
    /// From the signal to the end of the process, `drain` included. Service managers kill a
    /// process soon after, some in 10 seconds.
    pub timeout: Duration,
}

impl Limits {
    pub(super) fn read(
        problems: &mut Problems,
        settings: &LimitSettings,
        production: bool,
    ) -> Self {
        let cores = available_parallelism().map_or(PASSWORD_PERMITS.0, usize::from);
        Self {
            password_permits: problems.number(
                "DESK_PASSWORD_PERMITS",
                settings.desk_password_permits.as_deref(),
                cores.clamp(PASSWORD_PERMITS.0, PASSWORD_PERMITS.1),
                1..=64,
            ),
            stop: problems.stop_times(settings, production),
        }
    }
}

impl Problems {
    fn stop_times(&mut self, settings: &LimitSettings, production: bool) -> StopTimes {
        let drain = settings.desk_drain.as_deref();
        let drain = drain.unwrap_or(if production { "2s" } else { "none" });
        let drain = self.optional_duration("DESK_DRAIN", drain).unwrap_or_default();
        let timeout = settings.desk_shutdown_timeout.as_deref().unwrap_or("9s");
        let timeout = self.duration("DESK_SHUTDOWN_TIMEOUT", timeout);
        if drain >= timeout {
            self.add("DESK_DRAIN", "leaves no time of DESK_SHUTDOWN_TIMEOUT for the last answers");
        }
        let time = |ms: i64| Duration::from_millis(ms.try_into().unwrap_or_default());
        StopTimes { drain: time(drain), timeout: time(timeout) }
    }

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
