//! `empego-desk check`

use crate::ambient::Ambient;
use crate::config::{Config, Upstream};
use crate::desk::connection::SKEW_MS;
use crate::empego::subscription::QueueStatus;
use crate::empego::{self, Empego, EmpegoError};
use crate::profile::{Call, Profile, Way};
use crate::server::serve;
use secrecy::SecretString;
use strum::IntoEnumIterator;
use url::Url;

/// What the lines came to.
#[derive(Default)]
struct Lines {
    failed: Vec<String>,
}

impl Lines {
    /// Prints a line, and what it rests on.
    fn good(&self, text: &str, rests_on: &str) {
        println!("good    {text} [{rests_on}]");
    }

    fn look(&self, text: &str, rests_on: &str) {
        println!("look    {text} [{rests_on}]");
    }

    fn bad(&mut self, text: &str, rests_on: &str) {
        println!("FAILED  {text} [{rests_on}]");
        self.failed.push(text.to_owned());
    }
}

/// Tries everything that can be tried at Empego without an effect there, and prints what each line
/// rests on. Fails if a line does.
pub(super) async fn execute(config: &Config) -> anyhow::Result<()> {
    let mut lines = Lines::default();
    lines.good("The configuration holds.", "the settings and the profile were read");
    for warning in &config.warnings {
        lines.look(&format!("Look at {warning}."), "the settings");
    }
    let Upstream::Empego { base_url, key, tenant } = &config.upstream else {
        println!("No Empego is set: the sandbox would be used, and nothing else is tried.");
        return finish(&lines);
    };
    serve::install_tls();
    let settings = empego::Settings {
        base_url: base_url.clone(),
        key: key.clone(),
        profile: config.profile.clone(),
        tenant: tenant.clone(),
        app_origins: config.app_origins.clone(),
        file_origins: config.file_origins.clone(),
        timeout: config.empego_timeout,
        read_timeout: config.limits.empego_read_timeout,
        concurrency: 1,
    };
    let empego = Empego::new(empego::http_client()?, settings, Ambient::system());
    operations(&mut lines, &empego).await;
    clock(&mut lines, &empego).await;
    origins(&mut lines, config, &empego).await;
    queue(&mut lines, config.events_url.as_ref(), key).await;
    finish(&lines)
}

fn finish(lines: &Lines) -> anyhow::Result<()> {
    anyhow::ensure!(lines.failed.is_empty(), "{}", lines.failed.join("\n"));
    Ok(())
}

async fn operations(lines: &mut Lines, empego: &Empego) {
    let tried = empego.harmless();
    for call in Call::iter() {
        let path = path(empego.profile(), call);
        let what = format!("{} ({path})", call.slug());
        if !tried.contains(&call) {
            let why = match empego.profile().way(call) {
                Way::Missing => "not tried: the profile says that there is none",
                _ => "not tried: it would create something",
            };
            lines.look(&format!("{what} is not known."), why);
            continue;
        }
        match empego.check_call(call).await {
            Ok(()) => lines.good(
                &format!("{what} answers and accepts the key."),
                "tried now with a key of no record; a wrong path can look the same",
            ),
            Err(error) => lines.bad(&format!("{what}: {}.", explain(&error)), "tried now"),
        }
    }
}

fn path(profile: &Profile, call: Call) -> String {
    let operation = profile.operation(call);
    operation.map_or_else(|| "none".to_owned(), |it| format!("{} {}", it.method, it.path))
}

fn explain(error: &EmpegoError) -> String {
    match error {
        EmpegoError::RefusedKey => "Empego refuses the key: check EMPEGO_API_KEY, \
             EMPEGO_KEY_HEADER and EMPEGO_TENANT_KEY, and gateways on the way"
            .to_owned(),
        EmpegoError::Unavailable => {
            "Empego cannot be reached: check EMPEGO_API_URL and the network".to_owned()
        }
        EmpegoError::Rejected { status, .. } => {
            format!("Empego answered with status {status}: check method and path in the profile")
        }
        error => error.to_string(),
    }
}

async fn clock(lines: &mut Lines, empego: &Empego) {
    const RESTS_ON: &str = "the date of Empego's answer, asked for now";
    match empego.clock_ahead().await {
        Some(ahead) if ahead.abs() > SKEW_MS => lines.bad(
            &format!(
                "This machine's clock and Empego's are {} seconds apart: have the machine set its \
                 clock by the network (NTP).",
                ahead.abs() / 1000
            ),
            RESTS_ON,
        ),
        Some(_) => lines.good("The clocks agree.", RESTS_ON),
        None => lines.look("Empego did not say what time it is.", "asked now"),
    }
}

async fn origins(lines: &mut Lines, config: &Config, empego: &Empego) {
    let all = [
        ("EMPEGO_APP_ORIGINS", &config.app_origins),
        ("EMPEGO_FILE_ORIGINS, or the profile", &config.file_origins),
    ];
    for (setting, origins) in all {
        for origin in origins {
            match empego.reaches(origin).await {
                true => lines.good(
                    &format!("{origin} answers this machine."),
                    "asked now for its start page; patients' browsers may differ",
                ),
                false => lines.bad(
                    &format!("{origin} does not answer this machine: check {setting}."),
                    "asked now for its start page",
                ),
            }
        }
    }
    if config.file_origins.is_empty() {
        lines.look(
            "PDFs of exports are fetched from the origins of Empego's pages alone. A refused \
             export names another one in the log: add it to EMPEGO_FILE_ORIGINS.",
            "no other origin is set",
        );
    }
}

async fn queue(lines: &mut Lines, url: Option<&Url>, key: &SecretString) {
    const RESTS_ON: &str = "a connection made now, and closed; no event was taken";
    let Some(url) = url else {
        return lines.look(
            "There is no event queue (EMPEGO_EVENTS_URL): the desk only knows what browsers \
             report.",
            "not tried",
        );
    };
    match serve::subscription(url.clone(), key.clone(), Ambient::system()).probe().await {
        QueueStatus::Up => lines.good("The event queue takes the key.", RESTS_ON),
        QueueStatus::InUse => lines.good(
            "The event queue takes the key; another client is connected to it now, such as a desk \
             that runs.",
            RESTS_ON,
        ),
        QueueStatus::Refused => {
            lines.bad("The event queue refuses the key: check EMPEGO_API_KEY.", RESTS_ON);
        }
        QueueStatus::Forbidden => lines.bad(
            "The event queue refuses the connection (403): check EMPEGO_EVENTS_URL, \
             EMPEGO_API_KEY, and gateways on the way.",
            RESTS_ON,
        ),
        QueueStatus::Down | QueueStatus::Elsewhere | QueueStatus::Off => lines.bad(
            "The event queue cannot be reached: check EMPEGO_EVENTS_URL and the network.",
            RESTS_ON,
        ),
    }
}
