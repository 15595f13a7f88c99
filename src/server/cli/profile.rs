//! `empego-desk profile`: what the desk would send to Empego, without sending it.

mod preview;

use crate::ambient::Ambient;
use crate::config::Settings;
use crate::desk::systems;
use crate::empego::KeyHeader;
use crate::profile::{self, Profile};
use crate::store;
use anyhow::Context;
use clap::{Args, Subcommand};
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Subcommand)]
pub(super) enum Action {
    /// Print the profile that is used, to begin one of your own with, and every request as it would
    /// go out, as comments
    Show {
        #[command(flatten)]
        answers: Answers,
    },
    /// Check a profile, and print every request as it would go out
    Check {
        /// The file for `EMPEGO_PROFILE`
        file: PathBuf,
        #[command(flatten)]
        answers: Answers,
    },
    /// Take other names for the systems of identifiers from now on: only where Empego has no
    /// patients of this desk under the names of before
    AcceptSystems,
}

#[derive(Args)]
pub(super) struct Answers {
    /// How an answer of Empego's would be read: the name of the operation and a file with the
    /// answer, such as create-consultation=answer.json
    #[arg(long, value_name = "OPERATION=FILE")]
    answer: Vec<String>,
}

pub(super) async fn execute(action: &Action, settings: &Settings) -> anyhow::Result<()> {
    match action {
        Action::Show { answers } => {
            let file = settings.empego_profile.as_deref().filter(|file| !file.trim().is_empty());
            let text = match file {
                Some(file) => read(Path::new(file))?,
                None => profile::DEFAULT.to_owned(),
            };
            print!("{text}");
            let preview = preview(&text, file.unwrap_or("the profile"), settings, answers)?;
            println!("\n# For an invented patient it sends:");
            preview.lines().for_each(|line| println!("{}", format!("# {line}").trim_end()));
            Ok(())
        }
        Action::Check { file, answers } => {
            let name = file.display().to_string();
            let preview = preview(&read(file)?, &name, settings, answers)?;
            println!("{name} is a profile. For an invented patient it sends:");
            print!("{preview}");
            Ok(())
        }
        Action::AcceptSystems => Box::pin(accept_systems(settings)).await,
    }
}

fn read(file: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(file).with_context(|| file.display().to_string())
}

/// Every request of a profile, and how these answers read.
fn preview(
    text: &str,
    name: &str,
    settings: &Settings,
    answers: &Answers,
) -> anyhow::Result<String> {
    let profile =
        Profile::read(text).map_err(|faults| anyhow::anyhow!("{name} has faults:\n{faults}"))?;
    let profile = match settings.empego_key_header.as_deref() {
        None => Arc::new(profile),
        Some(text) => text
            .parse::<KeyHeader>()
            .and_then(|header| header.put_into(&profile))
            .map_err(|why| anyhow::anyhow!("EMPEGO_KEY_HEADER: {why}"))?,
    };
    let mut out = preview::requests(&profile, settings.empego_api_url.as_deref())?;
    for answer in &answers.answer {
        let (call, file) =
            answer.split_once('=').with_context(|| format!("{answer:?} is not OPERATION=FILE"))?;
        out.push_str(&preview::answer(&profile, call, file, &read(Path::new(file))?)?);
    }
    Ok(out)
}

async fn accept_systems(settings: &Settings) -> anyhow::Result<()> {
    let config = super::config(settings)?;
    let store = store::open_beside(&config.database_url).await?;
    let names = config.profile.identifiers.all_systems();
    let changed = systems::accept(&*store, &Ambient::system(), &names).await;
    store.close().await;
    let changed = changed?;
    for changed in &changed {
        println!("{}: {:?}, until now {:?}", changed.kind, changed.now, changed.before);
    }
    match changed.len() {
        0 => println!("The names are those of before: nothing was changed."),
        _ => println!("From now on identifiers go to Empego under these names."),
    }
    Ok(())
}
