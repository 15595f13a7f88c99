//! `empego-desk staff …`

use crate::ambient::Ambient;
use crate::config::Config;
use crate::desk::password::Passwords;
use crate::model::role::{Role, Roles};
use crate::model::site::Site;
use crate::secrets::random_token;
use crate::server::auth::accounts::{self, COMMAND_LINE};
use crate::store::{self, Store};
use anyhow::Context;
use clap::Subcommand;
use secrecy::{ExposeSecret, SecretString};
use std::io::{BufRead, IsTerminal};

/// What can be done to accounts.
#[derive(Subcommand)]
pub(super) enum Action {
    /// Add an account
    Add {
        /// The e-mail to sign in with
        email: String,
        /// The name on records [default: the e-mail]
        #[arg(long)]
        name: Option<String>,
        /// The site's name [default: the only site]
        #[arg(long)]
        site: Option<String>,
        /// front-desk, clinician or administrator; may be given several times [default: all three]
        #[arg(long = "role", value_parser = role)]
        roles: Vec<Role>,
    },
    /// Set a new password; every session of the account ends
    ResetPassword {
        /// The account's e-mail
        email: String,
    },
    /// Switch an account off; every session of it ends
    Disable {
        /// The account's e-mail
        email: String,
    },
    /// List all accounts
    List,
}

/// Does it. A password is read from standard input where something is piped in, and made up and
/// printed otherwise: never from the command line, where others on the machine could read it.
pub(super) async fn execute(action: Action, config: &Config) -> anyhow::Result<()> {
    let ambient = Ambient::system();
    let store = store::open(&config.database_url).await?;
    let passwords = Passwords::new(ambient.clone())?;
    match action {
        Action::Add { email, name, site, roles } => {
            let site = chosen(&*store, &ambient, config, site.as_deref()).await?;
            let roles = if roles.is_empty() { Roles::all() } else { roles.into_iter().collect() };
            let (password, made_up) = password(&ambient)?;
            let name = name.as_deref().unwrap_or(&email);
            accounts::enrol(
                &*store,
                &passwords,
                &ambient,
                COMMAND_LINE,
                &site.id,
                &roles,
                &email,
                name,
                &password,
            )
            .await?;
            println!("Added {email}.");
            show(&password, made_up);
        }
        Action::ResetPassword { email } => {
            let (password, made_up) = password(&ambient)?;
            accounts::reset_password(&*store, &passwords, &ambient, &email, &password).await?;
            println!("{email} has a new password.");
            show(&password, made_up);
        }
        Action::Disable { email } => {
            accounts::disable(&*store, &ambient, &email).await?;
            println!("{email} is switched off.");
        }
        Action::List => {
            for staff in store.all_staff().await? {
                let state = if staff.disabled_at.is_some() { "  (off)" } else { "" };
                println!("{}  {}{state}", staff.email, staff.name);
            }
        }
    }
    store.close().await;
    Ok(())
}

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| "front-desk, clinician or administrator".to_owned())
}

/// The site of this name; the only one where none is named.
async fn chosen(
    store: &dyn Store,
    ambient: &Ambient,
    config: &Config,
    name: Option<&str>,
) -> anyhow::Result<Site> {
    let first = accounts::first_site(store, ambient, config).await?;
    let sites = store.all_sites().await?;
    match name {
        Some(name) => sites
            .into_iter()
            .find(|site| site.name == name)
            .with_context(|| format!("there is no site {name:?}")),
        None if sites.len() == 1 => Ok(first),
        None => {
            let names =
                sites.iter().map(|site| format!("{:?}", site.name)).collect::<Vec<_>>().join(", ");
            anyhow::bail!("there are several sites, so name one with --site: {names}")
        }
    }
}

fn password(ambient: &Ambient) -> anyhow::Result<(SecretString, bool)> {
    let input = std::io::stdin();
    if !input.is_terminal() {
        let mut line = String::new();
        input.lock().read_line(&mut line)?;
        let line = line.trim_end_matches(['\r', '\n']);
        if !line.is_empty() {
            return Ok((SecretString::from(line.to_owned()), false));
        }
    }
    Ok((SecretString::from(random_token(ambient).chars().take(16).collect::<String>()), true))
}

fn show(password: &SecretString, made_up: bool) {
    if made_up {
        println!("Password, shown once: {}", password.expose_secret());
    }
}
