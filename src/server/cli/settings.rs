//! `empego-desk settings`: every setting, its value, and where that comes from.

use crate::config::{Settings, is_secret};
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, Command};
use std::collections::BTreeSet;
use std::ffi::OsString;
use url::Url;

/// What is shown in the place of a secret: also its length would be a hint.
const MASK: &str = "****";

/// Where the settings come from that were given.
pub(super) struct Given {
    matches: ArgMatches,
    /// The environment before `.env` was read.
    environment: BTreeSet<OsString>,
}

impl Given {
    pub(super) fn new(matches: ArgMatches, environment: BTreeSet<OsString>) -> Self {
        Self { matches, environment }
    }

    /// The value and its source; `None` where none was given.
    fn value(&self, id: &str, name: &str) -> Option<(String, &'static str)> {
        let source = match self.matches.value_source(id)? {
            ValueSource::CommandLine => "flag",
            _ if self.environment.contains(&OsString::from(name)) => "environment",
            _ => ".env",
        };
        Some((self.matches.get_one::<String>(id)?.clone(), source))
    }
}

/// The flags of all settings, in order.
pub(super) fn flags() -> Vec<Arg> {
    let all = Settings::augment_args(Command::new("settings"));
    all.get_arguments().cloned().collect()
}

/// Prints the settings to standard output.
///
/// # Errors
/// One line for each that is missing or bad.
pub(super) fn execute(settings: &Settings, given: &Given) -> anyhow::Result<()> {
    let rows: Vec<_> = flags().iter().filter_map(|flag| row(flag, given)).collect();
    let width = |of: fn(&Row) -> &str| {
        rows.iter().map(|row| of(row).chars().count()).max().unwrap_or_default()
    };
    let (names, values) = (width(|row| &row.name), width(|row| &row.value));
    for Row { name, value, source } in &rows {
        println!("{name:names$}  {value:values$}  {source}");
    }
    let config = super::config(settings)?;
    config.warnings.iter().for_each(|warning| println!("{warning}"));
    Ok(())
}

struct Row {
    name: String,
    value: String,
    source: &'static str,
}

fn row(flag: &Arg, given: &Given) -> Option<Row> {
    let name = flag.get_env()?.to_str()?.to_owned();
    let (value, source) = match given.value(flag.get_id().as_str(), &name) {
        Some((value, source)) => (shown(&name, &value), source),
        None => (default_of(flag).unwrap_or_else(|| "none".to_owned()), "default"),
    };
    Some(Row { name, value, source })
}

/// The value as it may be printed.
fn shown(name: &str, value: &str) -> String {
    if is_secret(name) {
        return MASK.to_owned();
    }
    if !value.contains("://") {
        return value.to_owned();
    }
    value.split(',').map(|part| shown_address(part.trim())).collect::<Vec<_>>().join(", ")
}

/// An address without its password, and without its query: that of the event queue names the
/// queue, and others can have a token in it.
fn shown_address(text: &str) -> String {
    let Ok(url) = Url::parse(text) else {
        // What cannot be taken apart may have a password in it.
        return if text.contains(['@', '?']) { MASK.to_owned() } else { text.to_owned() };
    };
    let mut masked = text.to_owned();
    if let Some(password) = url.password() {
        masked = masked.replacen(&format!(":{password}@"), &format!(":{MASK}@"), 1);
        if masked == text {
            return MASK.to_owned();
        }
    }
    match masked.split_once('?') {
        Some((address, _)) if url.scheme() != "sqlite" => format!("{address}?{MASK}"),
        _ => masked,
    }
}

/// The default, as the help has it.
fn default_of(flag: &Arg) -> Option<String> {
    let help = flag.get_help()?.to_string();
    let (_, default) = help.split_once("[default: ")?;
    Some(default.trim_end().trim_end_matches(']').replace('`', "").replace('\n', " "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn what_is_secret_is_not_shown() {
        for (name, value, expected) in [
            ("DESK_SECRET", "abc", MASK),
            ("DESK_ADDR", "127.0.0.1:3000", "127.0.0.1:3000"),
            ("DATABASE_URL", "sqlite://data/desk.db?mode=rwc", "sqlite://data/desk.db?mode=rwc"),
            ("DATABASE_URL", "postgres://desk:pa%40ss@db/desk", "postgres://desk:****@db/desk"),
            (
                "DATABASE_URL",
                "postgres://desk:pass@db/desk?password=x",
                "postgres://desk:****@db/desk?****",
            ),
            ("DATABASE_URL", "postgres://desk:pa ss@[db/desk", MASK),
            ("EMPEGO_EVENTS_URL", "wss://q.example/s?queue=abc", "wss://q.example/s?****"),
            (
                "EMPEGO_APP_ORIGINS",
                "https://a.example,https://b.example",
                "https://a.example, https://b.example",
            ),
        ] {
            assert_eq!(shown(name, value), expected, "{value}");
        }
    }

    /// A setting whose name says that it is a secret is one.
    #[test]
    fn every_secret_is_known_as_one() {
        let words = ["SECRET", "PASSWORD", "KEY", "TOKEN"];
        let no_secrets = ["EMPEGO_KEY_HEADER", "DESK_PASSWORD_PERMITS"];
        for flag in flags() {
            let name = flag.get_env().and_then(|name| name.to_str()).expect("a name").to_owned();
            let sounds_so = words.iter().any(|word| name.contains(word));
            assert_eq!(
                is_secret(&name),
                sounds_so && !no_secrets.contains(&name.as_str()),
                "{name}"
            );
        }
    }

    /// A default that can be given gives the same configuration as none.
    #[test]
    fn the_defaults_that_are_shown_are_the_ones_that_hold() {
        let none = format!("{:?}", Config::read(&Settings::default()).expect("defaults hold"));
        let mut tried = 0;
        for flag in flags() {
            let Some(default) = default_of(&flag) else { continue };
            let spelled =
                default.starts_with(|c: char| c.is_ascii_digit()) || default.contains("://");
            if (!spelled && !["on", "off", "development"].contains(&&*default))
                || default.contains(['$', ' '])
                || flag.get_env().is_some_and(|name| name == "DESK_METRICS_ADDR")
            {
                continue;
            }
            let command = Settings::augment_args(Command::new("settings"));
            let long = format!("--{}", flag.get_long().expect("a flag"));
            let matches = command.get_matches_from(["settings", &long, &default]);
            let settings = <Settings as clap::FromArgMatches>::from_arg_matches(&matches);
            let mut config = Config::read(&settings.expect("settings")).expect("the default holds");
            // Such as that it does nothing without another one.
            config.warnings.clear();
            assert_eq!(format!("{config:?}"), none, "{long} {default}");
            tried += 1;
        }
        assert!(tried > 10, "{tried}");
    }

    /// An operator finds every setting in the table and in the example.
    #[test]
    fn every_setting_is_documented() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        for file in ["README.md", ".env.example"] {
            let text = std::fs::read_to_string(root.join(file)).expect("a document");
            for flag in flags() {
                let name = flag.get_env().expect("a name").display();
                let row = match file {
                    "README.md" => format!("`{name}`"),
                    _ => format!("#{name}="),
                };
                assert!(text.contains(&row), "{row} is not in {file}");
            }
        }
    }
}
