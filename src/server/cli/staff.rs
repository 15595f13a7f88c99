//! `empego-desk staff …`

use crate::ambient::Ambient;
use crate::config::Config;
use crate::desk::accounts::bootstrap::{self, generate_password};
use crate::desk::accounts::operator::{Added, COMMAND_LINE, NewAccount, Operator};
use crate::desk::password::Passwords;
use crate::model::role::{Role, Roles};
use crate::model::site::Site;
use crate::server::first_start;
use crate::store::{self, Store};
use anyhow::Context;
use clap::Subcommand;
use secrecy::{ExposeSecret, SecretString};
use std::io::{BufRead, IsTerminal};

/// What can be done to accounts.
#[derive(Subcommand)]
pub(super) enum Action {
    /// Add an account, or give roles to one that is there
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
    /// Let an account try to sign in again after too many failed attempts
    Unlock {
        /// The account's e-mail
        email: String,
    },
    /// List all accounts
    List,
}

/// Runs the command. A password is read from standard input where something is piped in, and
/// generated and printed otherwise: other users of the machine can read a command line.
pub(super) async fn execute(action: Action, config: &Config) -> anyhow::Result<()> {
    let ambient = Ambient::system();
    let store = store::open_beside(&config.database_url).await?;
    let passwords = Passwords::new(ambient.clone(), 1)?;
    let operator =
        Operator { store: &*store, passwords: &passwords, ambient: &ambient, name: COMMAND_LINE };
    match action {
        Action::Add { email, name, site, roles } => {
            let site = chosen(&*store, &ambient, config, site.as_deref()).await?;
            let roles = if roles.is_empty() { Roles::all() } else { roles.into_iter().collect() };
            let (password, generated) = password(&ambient)?;
            let account = NewAccount {
                email: &email,
                name: name.as_deref().unwrap_or(&email),
                password: &password,
                site: &site.id,
                roles: &roles,
            };
            match operator.add(account).await?.how {
                Added::WithPassword => {
                    println!("Added {email}.");
                    show(&password, generated);
                }
                Added::Joined => println!(
                    "Added {email} to the site. The account was there, and keeps its sign-in."
                ),
                Added::MoreRoles => println!(
                    "{email} has these roles too. The account was there, and keeps its sign-in."
                ),
            }
        }
        Action::ResetPassword { email } => {
            let (password, generated) = password(&ambient)?;
            operator.reset_password(&email, &password).await?;
            println!("{email} has a new password.");
            show(&password, generated);
        }
        Action::Disable { email } => {
            operator.disable(&email).await?;
            println!("{email} is switched off.");
        }
        Action::Unlock { email } => {
            operator.unlock(&email).await?;
            println!("{email} can try to sign in again.");
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

/// The site with this name, or the only site where none is named.
async fn chosen(
    store: &dyn Store,
    ambient: &Ambient,
    config: &Config,
    name: Option<&str>,
) -> anyhow::Result<Site> {
    let first = bootstrap::first_site(store, ambient, &first_start::site(config)).await?;
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

/// The password, and whether it was generated.
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
    Ok((generate_password(ambient), true))
}

fn show(password: &SecretString, generated: bool) {
    if generated {
        println!("Password, shown once: {}", password.expose_secret());
    }
}
