//! The load: `wrk`, from Debian's packages, one thread of it beside the server.

use std::fmt;
use tokio::process::Command;

/// Connections at once, and seconds a run.
const CONNECTIONS: &str = "16";
const SECONDS: u32 = 8;

/// What one run gave.
pub struct Load {
    /// Requests per second.
    pub per_second: f64,
    /// The 99th percentile, in `wrk`'s own words.
    p99: String,
}

impl fmt::Display for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.0} requests/s, p99 {}", self.per_second, self.p99)
    }
}

/// Asks for one address over and over.
pub async fn run(url: &str, cookie: &str) -> Load {
    let mut wrk = Command::new("wrk");
    wrk.args(["-t1", "-c", CONNECTIONS, "-d", &format!("{SECONDS}s"), "--latency"]);
    wrk.args([
        "-H",
        &format!("Cookie: {cookie}"),
        "-H",
        "Accept: text/html",
        "-H",
        "Accept-Encoding: br",
        url,
    ]);
    let output = wrk.output().await.expect("wrk: `scripts/setup bench` installs it");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(!text.contains("Non-2xx") && !text.contains("Socket errors"), "{url}: {text}");
    let after = |mark: &str| {
        text.lines()
            .find_map(|line| line.trim().strip_prefix(mark))
            .map(|rest| rest.trim().to_owned())
    };
    Load {
        per_second: after("Requests/sec:")
            .and_then(|number| number.parse().ok())
            .unwrap_or_else(|| panic!("{text}")),
        p99: after("99%").unwrap_or_else(|| panic!("{text}")),
    }
}
