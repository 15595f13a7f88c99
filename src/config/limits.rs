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
    /// The most connections at a time; let the process have more open files than that [default:
    /// 4096]
    #[arg(long, env = "DESK_MAX_CONNECTIONS", hide_env_values = true)]
    pub desk_max_connections: Option<String>,
    /// The most of them from one network address that is no trusted proxy [default: 1024]
    #[arg(long, env = "DESK_MAX_CONNECTIONS_OF_ADDRESS", hide_env_values = true)]
    pub desk_max_connections_of_address: Option<String>,
    /// The most requests that are answered at a time [default: 2048]
    #[arg(long, env = "DESK_MAX_REQUESTS", hide_env_values = true)]
    pub desk_max_requests: Option<String>,
    /// The most of them from one network address [default: 512]
    #[arg(long, env = "DESK_MAX_REQUESTS_OF_ADDRESS", hide_env_values = true)]
    pub desk_max_requests_of_address: Option<String>,
    /// The most open pages that follow changes [default: 2048]
    #[arg(long, env = "DESK_MAX_STREAMS", hide_env_values = true)]
    pub desk_max_streams: Option<String>,
    /// The most of them from one network address [default: 512]
    #[arg(long, env = "DESK_MAX_STREAMS_OF_ADDRESS", hide_env_values = true)]
    pub desk_max_streams_of_address: Option<String>,
    /// The largest form or message, in bytes [default: 262144]
    #[arg(long, env = "DESK_MAX_FORM", hide_env_values = true)]
    pub desk_max_form: Option<String>,
    /// How long an answer may take; longer than `EMPEGO_TIMEOUT` [default: 150s]
    #[arg(long, env = "DESK_REQUEST_TIMEOUT", hide_env_values = true)]
    pub desk_request_timeout: Option<String>,
    /// The share of a site's records that a daily run removes at most, in percent [default: 10]
    #[arg(long, env = "DESK_PURGE_SHARE", hide_env_values = true)]
    pub desk_purge_share: Option<String>,
    /// The most calls to Empego at a time [default: 16]
    #[arg(long, env = "EMPEGO_CONCURRENCY", hide_env_values = true)]
    pub empego_concurrency: Option<String>,
    /// Timeout of the calls that create nothing: a patient waits [default: 20s]
    #[arg(long, env = "EMPEGO_READ_TIMEOUT", hide_env_values = true)]
    pub empego_read_timeout: Option<String>,
    /// How long requests are still taken after the signal to stop, while /readyz fails already
    /// [default: 2s in production, else none]
    #[arg(long, env = "DESK_DRAIN", hide_env_values = true)]
    pub desk_drain: Option<String>,
    /// How long the end may take after the signal to stop, `DESK_DRAIN` included [default: 9s]
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
    pub connections: Places,
    pub requests: Places,
    pub streams: Places,
    /// The largest body of a call, in bytes.
    pub max_form: usize,
    /// How long an answer may take.
    pub request_timeout: Duration,
    /// The share of a site's records that a daily run removes at most, in percent.
    pub purge_share: u64,
    /// The most calls to Empego at a time.
    pub empego_concurrency: usize,
    /// How long a call to Empego that creates nothing may take.
    pub empego_read_timeout: Duration,
}

/// How many there may be at a time.
#[derive(Clone, Copy, Debug)]
pub struct Places {
    /// In all.
    pub all: usize,
    /// From one network address.
    pub of_address: usize,
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
            connections: problems.places(
                ("DESK_MAX_CONNECTIONS", settings.desk_max_connections.as_deref(), 4_096),
                (
                    "DESK_MAX_CONNECTIONS_OF_ADDRESS",
                    settings.desk_max_connections_of_address.as_deref(),
                    1_024,
                ),
            ),
            requests: problems.places(
                ("DESK_MAX_REQUESTS", settings.desk_max_requests.as_deref(), 2_048),
                (
                    "DESK_MAX_REQUESTS_OF_ADDRESS",
                    settings.desk_max_requests_of_address.as_deref(),
                    512,
                ),
            ),
            // Half of the connections, so that requests always have the other half.
            streams: problems.places(
                ("DESK_MAX_STREAMS", settings.desk_max_streams.as_deref(), 2_048),
                (
                    "DESK_MAX_STREAMS_OF_ADDRESS",
                    settings.desk_max_streams_of_address.as_deref(),
                    512,
                ),
            ),
            // A browser message of 64 KiB, URL-encoded.
            max_form: problems.number(
                "DESK_MAX_FORM",
                settings.desk_max_form.as_deref(),
                256 * 1024,
                64 * 1024..=4 * 1024 * 1024,
            ),
            request_timeout: problems.time(
                "DESK_REQUEST_TIMEOUT",
                settings.desk_request_timeout.as_deref().unwrap_or("150s"),
            ),
            purge_share: problems.number(
                "DESK_PURGE_SHARE",
                settings.desk_purge_share.as_deref(),
                10,
                1..=100,
            ) as u64,
            empego_concurrency: problems.number(
                "EMPEGO_CONCURRENCY",
                settings.empego_concurrency.as_deref(),
                16,
                1..=1_024,
            ),
            empego_read_timeout: problems.timeout(
                "EMPEGO_READ_TIMEOUT",
                settings.empego_read_timeout.as_deref().unwrap_or("20s"),
            ),
        }
    }
}

/// A number with its name: as given, and where none is.
type Number<'a> = (&'static str, Option<&'a str>, usize);

impl Problems {
    fn places(&mut self, all: Number<'_>, of_address: Number<'_>) -> Places {
        let (name, text, default) = of_address;
        let all = self.number(all.0, all.1, all.2, 1..=1_000_000);
        // A smaller number in all is not an error of the other one.
        Places { all, of_address: self.number(name, text, default, 1..=1_000_000) }
    }

    /// A duration of at least a second.
    fn time(&mut self, name: &str, text: &str) -> Duration {
        let ms = self.duration(name, text);
        if (1..1_000).contains(&ms) {
            self.add(name, &format!("{text:?} is less than a second"));
        }
        Duration::from_millis(ms.try_into().unwrap_or_default())
    }

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
